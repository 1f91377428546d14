package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepCommandTest {
  private static final String SMALL =
      " --epochs 20 --train-size 30 --test-size 10 --replicas 2 --threads 2";

  @TempDir private Path folder;

  @RegisterExtension private final Captured console = new Captured();

  private String out() {
    return console.out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return console.err.toString(StandardCharsets.UTF_8);
  }

  private int run(String command) {
    return Main.run(command.replace("FOLDER", folder.toString()).strip().split(" +"));
  }

  private Path sweep(String options) {
    assertEquals(0, run("sweep " + options + SMALL + " --output FOLDER/sweep"), err());
    return folder.resolve("sweep");
  }

  /** The files of a run that do not tell when it ran or how long it took. */
  static List<Path> results(Path run) throws IOException {
    try (Stream<Path> models = Files.walk(run.resolve("models"))) {
      return Stream.concat(
              Stream.of("losses.csv", "metrics.csv", "diagnostics.csv")
                  .map(run::resolve)
                  .filter(Files::exists),
              models.filter(Files::isRegularFile).sorted())
          .map(run::relativize)
          .toList();
    }
  }

  static void assertSame(Path expected, Path found) throws IOException {
    assertEquals(results(expected), results(found));
    for (Path file : results(expected)) {
      assertEquals(-1, Files.mismatch(expected.resolve(file), found.resolve(file)), file + "");
    }
  }

  private static JsonObject json(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  @Test
  void eachCellEqualsTheSameStudyByItself() throws Exception {
    Path sweep = sweep("--vary learning-rate=0.001,0.01 --vary hidden=5,8");
    String[] options = {
      "--learning-rate 0.001 --hidden 5",
      "--learning-rate 0.001 --hidden 8",
      "--learning-rate 0.01 --hidden 5",
      "--learning-rate 0.01 --hidden 8"
    };
    for (int i = 0; i < options.length; i++) {
      Path single = folder.resolve("single" + i);
      assertEquals(0, run(options[i] + SMALL + " --output " + single), err());
      Path cell = sweep.resolve("cells/00" + (i + 1));
      assertSame(single, cell);
      for (String part : List.of("settings", "seed", "versions", "command", "finished")) {
        assertEquals(
            json(single.resolve("run.json")).get(part), json(cell.resolve("run.json")).get(part));
      }
      assertTrue(Files.size(cell.resolve("report.html")) > 0);
      assertTrue(Files.size(cell.resolve("batch_norm.png")) > 0);
    }
  }

  @Test
  void cellsAtTheSameTimeGiveTheSame() throws Exception {
    String table =
        "--vary hidden=6x3,7 --vary learning-rate=0.001,0.01 --epochs 8 --replicas 2 --batch-size"
            + " 32 --data src/test/resources/data/iris.csv --target species --arms"
            + " batch-norm,layer-norm --quiet --thresholds 1,0.5";
    assertEquals(0, run("sweep " + table + " --output FOLDER/one"), err());
    assertEquals(0, run("sweep " + table + " --parallel 3 --output FOLDER/three"), err());
    for (String cell : List.of("001", "002", "003", "004")) {
      assertSame(folder.resolve("one/cells/" + cell), folder.resolve("three/cells/" + cell));
    }
    for (String file : List.of("sweep.csv", "sweep.json", "report.html")) {
      assertEquals(
          -1, Files.mismatch(folder.resolve("one/" + file), folder.resolve("three/" + file)), file);
    }
    assertEquals(
        "cell,hidden,learning_rate,arm,replica,replica_seed,trained_epochs,final_train_loss,"
            + "final_test_loss,best_test_loss,best_test_epoch,final_accuracy,final_cross_entropy,"
            + "epochs_to_train_loss_1.0,epochs_to_train_loss_0.5,failed",
        Files.readAllLines(folder.resolve("one/sweep.csv")).get(0));
  }

  /** Its numbers are those of the runs' own files. */
  @Test
  void theTableIsTidy() throws Exception {
    Path sweep = sweep("--vary seed=3..4 --hidden 5 --thresholds 100,0.0001");
    List<String> rows = Files.readAllLines(sweep.resolve("sweep.csv"));
    assertEquals(1 + 2 * 2 * 2, rows.size(), rows::toString);
    int row = 1;
    for (String cell : List.of("001", "002")) {
      List<String> losses = Files.readAllLines(sweep.resolve("cells/" + cell + "/losses.csv"));
      for (String arm : List.of("batch-norm", "none")) {
        for (int replica = 0; replica < 2; replica++) {
          String of = arm + "," + replica + ",";
          List<String[]> epochs =
              losses.stream().filter(line -> line.startsWith(of)).map(l -> l.split(",")).toList();
          int best = 0;
          int first = -1;
          for (int epoch = 0; epoch < epochs.size(); epoch++) {
            if (Double.parseDouble(epochs.get(epoch)[4])
                < Double.parseDouble(epochs.get(best)[4])) {
              best = epoch;
            }
            if (first < 0 && Double.parseDouble(epochs.get(epoch)[3]) <= 100) {
              first = epoch;
            }
          }
          int seed = (cell.equals("001") ? 3 : 4) + replica;
          assertEquals(
              String.join(
                  ",",
                  cell,
                  cell.equals("001") ? "3" : "4",
                  arm,
                  replica + "",
                  seed + "",
                  "20",
                  epochs.get(19)[3],
                  epochs.get(19)[4],
                  epochs.get(best)[4],
                  best + "",
                  first < 0 ? "" : first + "",
                  "",
                  "false"),
              rows.get(row++));
        }
      }
    }
    assertTrue(out().contains("2 of 2 cells are done."), out());
    assertTrue(out().contains("Report: " + sweep.resolve("report.html")), out());
    assertTrue(err().contains("1 of 2 cells done, 1 running, 0 left"), err());
  }

  @Test
  void aSampleIsDrawnBySeed() throws Exception {
    String options = "sweep --vary seed=0..9 --vary hidden=3,4 --sample 3 --epochs 1 --quiet";
    assertEquals(0, run(options + " --output FOLDER/a"), err());
    assertEquals(0, run(options + " --output FOLDER/b"), err());
    assertEquals(0, run(options + " --sample-seed 1 --output FOLDER/c"), err());
    String drawn = json(folder.resolve("a/sweep.json")).get("cells").toString();
    assertEquals(drawn, json(folder.resolve("b/sweep.json")).get("cells").toString());
    assertFalse(drawn.equals(json(folder.resolve("c/sweep.json")).get("cells").toString()));
    // numpy.random.RandomState(0).permutation(20)[:3] is 18, 1, 19.
    assertEquals(
        "[{\"folder\":\"cells/001\",\"settings\":{\"seed\":\"0\",\"hidden\":\"4\"}},"
            + "{\"folder\":\"cells/002\",\"settings\":{\"seed\":\"9\",\"hidden\":\"3\"}},"
            + "{\"folder\":\"cells/003\",\"settings\":{\"seed\":\"9\",\"hidden\":\"4\"}}]",
        drawn);
    try (Stream<Path> cells = Files.list(folder.resolve("a/cells"))) {
      assertEquals(3, cells.count());
    }
  }

  @Test
  void theCommandInItsRecordRepeatsASweep() throws Exception {
    Path sweep =
        sweep("--vary hidden=4,3;5 --vary seed=1..4 --sample 3 --sample-seed 7 --arms none");
    String command = json(sweep.resolve("sweep.json")).get("command").getAsString();
    String arguments =
        "sweep --vary hidden=4,3;5 --vary seed=1..4 --sample 3 --sample-seed 7 --train-size 30"
            + " --test-size 10 --arms none --epochs 20 --replicas 2 --threads 2";
    assertEquals("mvn compile exec:java -Dexec.args=\"" + arguments + "\"", command);
    String report = Files.readString(sweep.resolve("report.html"));
    assertTrue(report.contains("--vary hidden=4,3;5 --vary seed=1..4"), "the command is shown");
    assertEquals(0, run(arguments + " --quiet --output FOLDER/again"), err());
    for (String file : List.of("sweep.csv", "sweep.json", "report.html")) {
      assertEquals(
          -1, Files.mismatch(sweep.resolve(file), folder.resolve("again").resolve(file)), file);
    }
    assertEquals(0, run("resume " + sweep + " --quiet --epochs 21"), err());
    assertTrue(
        Files.readString(sweep.resolve("sweep.json"))
            .contains(arguments.replace("epochs 20", "epochs 21")),
        "a sweep that was extended is repeated as a whole");
  }

  @Test
  void otherCommandsTakeACellLikeAnyRun() throws Exception {
    Path cell = sweep("--vary hidden=5,8 --quiet").resolve("cells/002");
    Path other = folder.resolve("sweep/cells/001");
    assertEquals(0, run("compare " + other + " " + cell + " --output FOLDER/both"), err());
    assertEquals(0, run("export " + cell + " --format onnx --output FOLDER/net.onnx"), err());
    Files.writeString(folder.resolve("rows.csv"), "r,g,b\n0.1,0.2,0.3\n");
    assertEquals(0, run("predict " + cell + " FOLDER/rows.csv --output FOLDER/out.csv"), err());
    assertEquals(0, run("resume " + cell + " --epochs 30"), err());
    assertEquals(1 + 2 * 2 * 30, Files.readAllLines(cell.resolve("losses.csv")).size());
  }

  /** One diverges; two cannot be trained, because they are too large for any machine. */
  @Test
  void aCellThatFailsIsToldAndTheOthersGoOn() throws Exception {
    String options =
        "sweep --vary hidden=5,2000000000 --vary learning-rate=0.01,1e300 --arms none --train-size"
            + " 30 --epochs 3 --test-size 5 --output FOLDER/sweep";
    assertEquals(1, run(options), err());
    List<String> lines = err().lines().filter(line -> line.contains(") failed: ")).toList();
    assertEquals(3, lines.size(), err());
    assertTrue(
        lines.get(0).startsWith("cells/002 (hidden=5, learning-rate=1e300) failed: Every"),
        lines.get(0));
    assertTrue(
        lines.get(1).matches("cells/003 \\(hidden=2000000000, .*--hidden must be smaller.*"),
        lines.get(1));
    assertTrue(out().contains("4 of 4 cells are done, 3 of them have failed."), out());
    Path sweep = folder.resolve("sweep");
    assertFalse(Files.exists(sweep.resolve("cells/003")), "nothing stays of what did not begin");
    List<String> rows = Files.readAllLines(sweep.resolve("sweep.csv"));
    assertEquals(5, rows.size(), rows::toString);
    assertTrue(rows.get(1).endsWith(",false"), rows.get(1));
    assertEquals("002,5,1e300,none,0,0,1,,,,,true", rows.get(2));
    assertEquals("003,2000000000,0.01,none,0,0,0,,,,,true", rows.get(3));
    String report = Files.readString(sweep.resolve("report.html"));
    assertTrue(report.contains("Cell 003 (hidden=2000000000, learning-rate=0.01) failed: "));
    assertTrue(report.contains("href=\"cells/002/report.html\""), "it has losses to look at");
    assertFalse(report.contains("href=\"cells/003/report.html\""));

    FileTime before = Files.getLastModifiedTime(sweep.resolve("cells/002/losses.csv"));
    assertEquals(1, run("resume " + sweep), err());
    assertEquals(before, Files.getLastModifiedTime(sweep.resolve("cells/002/losses.csv")));
  }

  /** A table may suit the settings of one cell and not those of another. */
  @Test
  void soDoesOneWhoseTableMakesNoStudy() throws Exception {
    Files.writeString(folder.resolve("t.csv"), "x,y\n1,2\n2,3\n,1\n4,5\n5,2\n6,3\n7,4\n");
    String options =
        "sweep --data FOLDER/t.csv --target y --epochs 3 --hidden 3 --output FOLDER/sweep --vary ";
    assertEquals(1, run(options + "missing=refuse,drop"), err());
    List<String> failed = err().lines().filter(line -> line.contains(") failed: ")).toList();
    assertEquals(1, failed.size(), err());
    assertTrue(failed.get(0).startsWith("cells/001 (missing=refuse) failed: "), failed.get(0));
    assertTrue(Files.exists(folder.resolve("sweep/cells/002/report.html")));
  }

  @Test
  void whatIsDoneIsNotTrainedAgain() throws Exception {
    Path sweep = sweep("--vary hidden=5,8 --parallel 2 --checkpoint-every 5");
    Path first = sweep.resolve("cells/001/losses.csv");
    Path second = sweep.resolve("cells/002");
    FileTime before = Files.getLastModifiedTime(first);
    String table = Files.readString(sweep.resolve("sweep.csv"));
    byte[] losses = Files.readAllBytes(second.resolve("losses.csv"));
    Files.delete(second.resolve("report.html")); // As if it were killed while it writes.
    Files.delete(second.resolve("losses.csv"));
    Files.delete(sweep.resolve("sweep.csv"));
    Files.delete(sweep.resolve("report.html"));
    console.err.reset();
    assertEquals(0, run("resume " + sweep), err());
    assertEquals(before, Files.getLastModifiedTime(first));
    assertEquals(table, Files.readString(sweep.resolve("sweep.csv")));
    assertEquals(
        new String(losses, StandardCharsets.UTF_8), Files.readString(second.resolve("losses.csv")));
    assertTrue(Files.exists(sweep.resolve("report.html")));
    assertTrue(Files.exists(second.resolve("report.html")));
    assertTrue(err().contains("1 of 2 cells done, 1 running, 0 left"), err());
  }

  /** A larger number of epochs extends all cells, and stays. */
  @Test
  void aSweepIsExtendedLikeARun() throws Exception {
    Path sweep = sweep("--vary hidden=5,8 --quiet");
    assertEquals(0, run("resume " + sweep + " --epochs 25 --quiet"), err());
    assertEquals(
        0,
        run("sweep --vary hidden=5,8 --quiet" + SMALL.replace("20", "25") + " --output FOLDER/l"));
    for (String file : List.of("sweep.csv", "sweep.json", "cells/002/losses.csv")) {
      assertEquals(
          -1, Files.mismatch(folder.resolve("l").resolve(file), sweep.resolve(file)), file);
    }
    FileTime before = Files.getLastModifiedTime(sweep.resolve("cells/001/losses.csv"));
    assertEquals(0, run("resume " + sweep + " --quiet"), err());
    assertEquals(before, Files.getLastModifiedTime(sweep.resolve("cells/001/losses.csv")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sweep | --vary | must say what varies",
        "sweep --vary hiden=3,4 | --vary | such as hidden",
        "sweep --vary colour=3,4 | --vary | there is no colour",
        "sweep --vary hidden=3,4 --hidden 5 | --vary | what --hidden sets",
        "sweep --vary hidden=3,4 --vary hidden=5 | --vary | not hidden twice",
        "sweep --vary hidden=3,0 | --hidden | '0'",
        "sweep --vary hidden=3,3 | --vary | not 3 twice",
        "sweep --vary hidden= | --vary | 'hidden='",
        "sweep --vary hidden=3,4 --sample 3 | --sample | '3'",
        "sweep --vary hidden=3,4 --sample 0 | --sample | '0'",
        "sweep --vary hidden=3,4 --sample-seed 3 | --sample-seed | needs --sample",
        "sweep --vary hidden=3,4 --sample 1 --sample-seed -1 | --sample-seed | '-1'",
        "sweep --vary hidden=3,4 --parallel 0 | --parallel | '0'",
        "sweep --vary hidden=3,4 --parallel many | --parallel | 'many'",
        "sweep --vary hidden=3,4 --master local[2] | --master | mvn -Pspark compile exec:java",
        "sweep --vary hidden=3,4 --checkpoint-every often | --checkpoint-every | 'often'",
        "sweep --vary hidden=3,4 --thresholds low | --thresholds | 'low'",
        "sweep --vary device=cpu,gpu:77 | --device | gpu:77",
        "sweep --vary hidden=3,4 --data FOLDER/no.csv --target y | no.csv | does not exist",
        "sweep --vari hidden=3,4 | --vari | Did you mean --vary?",
        "swep --vary hidden=3,4 | swep | Did you mean sweep?",
        "--epochs 3 sweep --vary hidden=3,4 | --epochs | Options of sweep stand behind it",
      })
  void whatCannotBeRunIsRefused(String command, String option, String part) throws Exception {
    assertEquals(2, run(command + " --output FOLDER/sweep"), err());
    assertEquals(1, err().lines().count(), err());
    assertTrue(err().contains(option) && err().contains(part), err());
    assertFalse(Files.exists(folder.resolve("sweep")), "nothing is touched");
    assertEquals("", out());
  }

  @Test
  void aSweepThatGoesOnHasItsOwnSettings() throws Exception {
    Path sweep = sweep("--vary hidden=5,8 --quiet");
    String before = Files.readString(sweep.resolve("sweep.json"));
    List<String> refused = new ArrayList<>();
    for (String option : List.of("--hidden 9", "--epochs 3", "--seed 4", "--checkpoint-every 0")) {
      console.err.reset();
      assertEquals(2, run("resume " + sweep + " " + option), err());
      assertEquals(1, err().lines().count(), err());
      assertTrue(err().startsWith(option.split(" ")[0] + " must "), err());
      refused.add(err());
    }
    assertTrue(refused.get(0).contains("it varies in " + sweep), refused.get(0));
    assertEquals(before, Files.readString(sweep.resolve("sweep.json")));
    assertEquals(2, run("sweep --vary hidden=3,4 --output " + sweep), "it is never overwritten");

    Files.writeString(sweep.resolve("sweep.json"), before.replace("\"varied\"", "\"various\""));
    console.err.reset();
    assertEquals(1, run("resume " + sweep), err());
    assertTrue(err().contains("sweep.json is not the record of a sweep"), err());
    Files.writeString(sweep.resolve("sweep.json"), before.replace("cells/002", "../x"));
    assertEquals(1, run("resume " + sweep), err());
    Files.writeString(sweep.resolve("sweep.json"), before.replace("\"8\"", "\"0\""));
    console.err.reset();
    assertEquals(1, run("resume " + sweep), err());
    assertTrue(err().contains("sweep.json has a bad setting: --hidden must"), err());
  }
}
