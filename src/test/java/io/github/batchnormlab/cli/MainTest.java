package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.djl.util.cuda.CudaUtils;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
  private static final String[] SMALL = {
    "--epochs", "20", "--hidden", "8", "--train-size", "30", "--test-size", "10"
  };

  @TempDir private Path folder;

  @RegisterExtension private final Captured console = new Captured();

  private final ByteArrayOutputStream out = console.out;
  private final ByteArrayOutputStream err = console.err;

  @AfterEach
  void release() {
    System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith("bn."))
        .forEach(System::clearProperty);
  }

  private int run(String... args) {
    return Main.run(args);
  }

  private int runSmall(Path output, String... more) {
    return run(
        Stream.of(SMALL, more, new String[] {"--output", output.toString()})
            .flatMap(Stream::of)
            .toArray(String[]::new));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aRunWritesItsFilesAndSaysWhere() throws Exception {
    Path run = folder.resolve("run");
    assertEquals(0, runSmall(run), err());
    for (String file :
        List.of(
            "losses.csv",
            "diagnostics.csv",
            "report.html",
            "batch_norm.png",
            "run.json",
            "models/batch-norm/batch-norm-0000.params",
            "models/none/none-0000.params")) {
      assertTrue(Files.size(run.resolve(file)) > 0, file);
    }
    try (Stream<Path> files = Files.list(run)) {
      assertEquals(8, files.count(), "those, checkpoints, the lock, and no temporary file");
    }
    assertTrue(out().contains("Report: " + run.resolve("report.html").toAbsolutePath()), out());
    assertTrue(out().contains("batch-norm "), out());
    assertTrue(err().contains("epoch 20/20"), err());
  }

  @Test
  void lossesAreTidyAndInFullPrecision() throws Exception {
    Path run = folder.resolve("run");
    runSmall(run);
    List<String> lines = Files.readAllLines(run.resolve("losses.csv"));
    assertEquals("arm,replica,epoch,train_loss,test_loss", lines.get(0));
    assertEquals(1 + 2 * 20, lines.size());
    assertTrue(
        lines.get(1).matches("batch-norm,0,0,\\d+\\.\\d{10,},\\d+\\.\\d{10,}"), lines.get(1));
    assertTrue(lines.get(40).startsWith("none,0,19,"), lines.get(40));
  }

  @Test
  void theRunsRecordIsEnoughToRepeatIt() throws Exception {
    Path run = folder.resolve("run");
    runSmall(run, "--seed", "3", "--lambda", "0.5");
    JsonObject record =
        JsonParser.parseString(Files.readString(run.resolve("run.json"))).getAsJsonObject();
    JsonObject settings = record.getAsJsonObject("settings");
    assertEquals("3", settings.get("seed").getAsString());
    assertEquals("0.5", settings.get("lambda").getAsString());
    for (String key :
        List.of("operating_system", "processor", "device", "threads", "start", "seconds")) {
      assertTrue(record.has(key), key);
    }
    for (String key : List.of("batchnorm-lab", "djl", "pytorch", "java")) {
      assertFalse(record.getAsJsonObject("versions").get(key).getAsString().isEmpty(), key);
    }
    assertTrue(
        record
                .getAsJsonObject("arms")
                .getAsJsonObject("none")
                .getAsJsonArray("final_test_loss")
                .get(0)
                .getAsDouble()
            > 0);

    assertEquals(
        "[null]",
        record.getAsJsonObject("arms").getAsJsonObject("none").get("stopped_at_epoch").toString());

    String command = record.get("command").getAsString();
    String options = command.substring(command.indexOf('"') + 1, command.lastIndexOf('"'));
    Path again = folder.resolve("again");
    assertEquals(0, run((options + " --output " + again).split(" ")), err());
    assertEquals(
        Files.readString(run.resolve("losses.csv")), Files.readString(again.resolve("losses.csv")));
    assertEquals(
        -1,
        Files.mismatch(
            run.resolve("models/batch-norm/batch-norm-0000.params"),
            again.resolve("models/batch-norm/batch-norm-0000.params")));
  }

  @Test
  void anOptionIsAlsoASystemProperty() throws Exception {
    System.setProperty("bn.epochs", "7");
    System.setProperty("bn.hidden", "4");
    System.setProperty("bn.quiet", "");
    Path run = folder.resolve("run");
    assertEquals(0, run("--output", run.toString()), err());
    assertEquals(1 + 2 * 7, Files.readAllLines(run.resolve("losses.csv")).size());
    assertEquals(run.resolve("report.html").toAbsolutePath() + System.lineSeparator(), out());
    assertEquals("", err());
  }

  @Test
  void anOptionBeatsItsProperty() throws Exception {
    System.setProperty("bn.epochs", "7");
    Path run = folder.resolve("run");
    runSmall(run, "--arms", "none");
    assertEquals(1 + 20, Files.readAllLines(run.resolve("losses.csv")).size());
  }

  @Test
  void helpNamesEveryOption() {
    assertEquals(0, run("--help"));
    for (String option :
        List.of(
            "epochs",
            "seed",
            "hidden",
            "train-size",
            "test-size",
            "learning-rate",
            "lambda",
            "epsilon",
            "arms",
            "precision",
            "device",
            "output",
            "show",
            "quiet",
            "version")) {
      assertTrue(out().contains("--" + option), option);
    }
    assertTrue(out().contains("10000"), "defaults are shown");
  }

  @Test
  void versionNamesTheProgram() {
    assertEquals(0, run("--version"));
    assertTrue(out().matches("BatchNorm Lab \\d+\\.\\d+.*\\R"), out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--epochs 0 | --epochs | '0'",
        "--epochs -1 | --epochs | '-1'",
        "--epochs ten | --epochs | 'ten'",
        "--epochs 99999999999 | --epochs | '99999999999'",
        "--seed -1 | --seed | '-1'",
        "--replicas 0 | --replicas | '0'",
        "--hidden -3 | --hidden | '-3'",
        "--hidden 0 | --hidden | '0'",
        "--train-size 0 | --train-size | '0'",
        "--train-size 1 | --train-size | '1'",
        "--arms djl-batch-norm --train-size 1 | --train-size | '1'",
        "--test-size 0 | --test-size | '0'",
        "--learning-rate 0 | --learning-rate | '0.0'",
        "--learning-rate NaN | --learning-rate | 'NaN'",
        "--learning-rate fast | --learning-rate | 'fast'",
        "--lambda 1.5 | --lambda | '1.5'",
        "--lambda -0.1 | --lambda | '-0.1'",
        "--epsilon 0 | --epsilon | '0.0'",
        "--epsilon -1e-6 | --epsilon | '-1.0E-6'",
        "--arms batchnorm | --arms | 'batchnorm'",
        "--arms none,none | --arms | 'none,none'",
        "--arms none, | --arms | ''",
        "--precision float16 | --precision | 'float16'",
        "--device tpu | --device | 'tpu'",
        "--red 1:-1 | --red | '1:-1'",
        "--blue 3 | --blue | '3'",
        "--bias maybe | --bias | 'maybe'",
        "--epoch 3 | --epoch | --epoch",
        "--epochs | --epochs | --epochs",
        "stray | stray | stray",
      })
  void badSettingsAreRefusedInOneSentence(String args, String option, String value)
      throws Exception {
    Path run = folder.resolve("run");
    int code = run((args + " --output " + run).split(" "));
    if (args.equals("--epochs")) {
      code = run("--output", run.toString(), "--epochs");
    }
    assertEquals(2, code);
    assertTrue(err().contains(option) && err().contains(value), err());
    assertFalse(err().contains("\tat "), err());
    assertFalse(Files.exists(run), "nothing is touched");
    assertEquals("", out());
  }

  @Test
  void helpAndVersionArePropertiesToo() {
    System.setProperty("bn.version", "");
    assertEquals(0, run());
    assertTrue(out().startsWith("BatchNorm Lab "), out());
    System.clearProperty("bn.version");
    System.setProperty("bn.help", "true");
    assertEquals(0, run());
    assertTrue(out().contains("--epochs"), out());
  }

  /** Its training loss of epoch 0 is finite still, its test loss is not. */
  @Test
  void aRunInWhichEveryNetworkFailedSaysSoEverywhereAndExitsWithOne() throws Exception {
    Path run = folder.resolve("run");
    assertEquals(1, runSmall(run, "--learning-rate", "1e300"), err());
    assertTrue(err().contains("Warning: The training of none stopped at epoch 0"), err());
    assertTrue(err().contains("Every network failed: "), err());
    assertTrue(out().matches("(?s).*none +not finite +not finite .*"), out());
    List<String> losses = Files.readAllLines(run.resolve("losses.csv"));
    assertEquals(3, losses.size(), losses::toString);
    assertTrue(losses.get(2).matches("none,0,0,\\d.*,(NaN|Infinity)"), losses.get(2));
    JsonObject none =
        JsonParser.parseString(Files.readString(run.resolve("run.json")))
            .getAsJsonObject()
            .getAsJsonObject("arms")
            .getAsJsonObject("none");
    assertEquals("[null]", none.get("final_train_loss").toString());
    assertEquals("[null]", none.get("final_test_loss").toString());
    assertEquals("[0]", none.get("stopped_at_epoch").toString());
    assertTrue(Files.size(run.resolve("report.html")) > 0);
    assertEquals(1, run("resume", run.toString()), "nothing is left to train, and it has failed");
  }

  @Test
  void aRefusedRunLeavesFoldersAsTheyWere() throws Exception {
    assumeFalse(CudaUtils.hasCuda(), "this machine has a GPU");
    Path mine = Files.createDirectory(folder.resolve("mine"));
    assertEquals(2, runSmall(mine, "--device", "gpu"));
    assertTrue(Files.isDirectory(mine));
    assertEquals(2, runSmall(folder.resolve("new/run"), "--device", "gpu"));
    assertFalse(Files.exists(folder.resolve("new")));
  }

  @Test
  void finishedRunsAreComparedFromTheirFiles() throws Exception {
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    runSmall(first);
    runSmall(second, "--lambda", "0.5", "--arms", "batch-norm");
    out.reset();
    Path comparison = folder.resolve("comparison");
    assertEquals(
        0,
        run("compare", first.toString(), second.toString(), "--output", comparison.toString()),
        err());
    String html = Files.readString(comparison.resolve("report.html"));
    assertTrue(html.contains("train with BN, second"));
    assertTrue(html.contains("Settings that differ"));
    assertTrue(out().startsWith("Report: "), out());
  }

  /** The way out of a folder that is not there is no way, but it is clear where it would lead. */
  @Test
  void aPathWithDotsMakesOnlyTheFolderThatItNames() throws Exception {
    assertEquals(0, runSmall(folder.resolve("na/.././nb/nc")), err());
    assertTrue(Files.isRegularFile(folder.resolve("nb/nc/report.html")));
    assertFalse(Files.exists(folder.resolve("na")));
    assertTrue(out().contains("Report: " + folder.resolve("nb/nc/report.html")), out());
  }

  /** Out of a link the system's way leads to where the link points. */
  @Test
  void theWayOutOfALinkIsTheSystemsWay() throws Exception {
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere/deep"));
    try {
      Files.createSymbolicLink(folder.resolve("link"), elsewhere);
    } catch (UnsupportedOperationException | IOException e) {
      assumeFalse(true, "This system has no links.");
    }
    assertEquals(0, runSmall(folder.resolve("link/../run")), err());
    assertTrue(Files.isRegularFile(folder.resolve("elsewhere/run/report.html")));
  }

  @Test
  void runsInFoldersOfTheSameNameAreComparedUnderTheirParents() throws Exception {
    Path first = folder.resolve("a/run");
    Path second = folder.resolve("b/run");
    runSmall(first, "--arms", "none");
    runSmall(second, "--arms", "none", "--seed", "1");
    Path comparison = folder.resolve("comparison");
    assertEquals(
        0,
        run("compare", first.toString(), second.toString(), "--output", comparison.toString()),
        err());
    String html = Files.readString(comparison.resolve("report.html"));
    assertTrue(html.contains("a/run") && html.contains("b/run"));
  }

  @Test
  void aFolderThatIsNoRunIsNotCompared() throws Exception {
    Path comparison = folder.resolve("comparison");
    Path nothing = folder.resolve("nothing");
    assertEquals(2, run("compare", nothing.toString(), "--output", comparison.toString()));
    assertTrue(err().contains("compare") && err().contains(nothing.toString()), err());
    assertEquals(1, err().lines().count(), err());
    assertFalse(Files.exists(comparison));
  }

  @Test
  void aTypoInAPropertyIsRefused() {
    System.setProperty("bn.epoch", "7");
    assertEquals(2, run());
    assertTrue(err().contains("bn.epoch=7"), err());
  }

  @Test
  void anOutputThatIsAFileIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "mine");
    assertEquals(2, runSmall(file));
    assertTrue(err().contains("--output") && err().contains(file.toString()), err());
    assertEquals("mine", Files.readString(file));
  }

  @Test
  void anOutputThatCannotBeMadeIsRefused() throws Exception {
    Path below = Files.writeString(folder.resolve("file"), "mine").resolve("run");
    assertEquals(2, runSmall(below));
    assertTrue(err().contains("--output") && err().contains(below.toString()), err());
  }

  @Test
  void anExistingRunIsNeverOverwritten() throws Exception {
    Path run = folder.resolve("run");
    runSmall(run);
    String losses = Files.readString(run.resolve("losses.csv"));
    assertEquals(2, runSmall(run, "--seed", "9"));
    assertTrue(err().contains("new or empty folder"), err());
    assertEquals(losses, Files.readString(run.resolve("losses.csv")));
  }

  @Test
  void withoutAGpuOneSentenceSaysWhatToDo() throws Exception {
    assumeFalse(CudaUtils.hasCuda(), "this machine has a GPU");
    Path run = folder.resolve("run");
    assertEquals(2, runSmall(run, "--device", "gpu:1"));
    assertEquals(1, err().lines().count(), err());
    assertTrue(err().contains("--device gpu:1") && err().contains("--device cpu"), err());
    assertFalse(Files.exists(run));
  }

  @Test
  void autoFallsBackToTheProcessor() throws Exception {
    Path run = folder.resolve("run");
    assertEquals(0, runSmall(run, "--device", "auto"), err());
    assertTrue(Files.readString(run.resolve("run.json")).contains("\"device\": \"cpu\""));
  }
}
