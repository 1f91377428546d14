package io.github.batchnormlab.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.batchnormlab.Folders;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import io.github.batchnormlab.study.StudyResult;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunReaderTest {
  private static final Settings SETTINGS =
      Settings.defaults()
          .with("epochs", 12)
          .with("hidden", 4)
          .with("train-size", 20)
          .with("test-size", 5)
          .with("replicas", 2)
          .with("seed", 3)
          .with("lambda", 0.5);

  @TempDir private Path folder;
  private StudyResult result;

  @BeforeEach
  void writeARun() throws Exception {
    try (RunFolder run = RunFolder.create(folder.resolve("run"))) {
      result = Study.run(SETTINGS, run, Checkpoints.none(), "the command", StudyListener.NONE);
      run.writeLosses(result);
      run.writeDiagnostics(result);
      run.writeRun(result);
    }
  }

  @Test
  void whatIsReadIsWhatWasWritten() throws Exception {
    StudyResult read = RunReader.read(folder.resolve("run"));
    assertEquals(result.settings(), read.settings());
    assertEquals(result.provenance(), read.provenance());
    assertEquals(result.diagnostics(), read.diagnostics());
    for (int i = 0; i < 2; i++) {
      assertArrayEquals(result.arms().get(i).trainLoss(), read.arms().get(i).trainLoss());
      assertArrayEquals(result.arms().get(i).testLoss(), read.arms().get(i).testLoss());
      assertEquals(result.arms().get(i).seconds(), read.arms().get(i).seconds());
    }
  }

  @Test
  void aRunFromBeforeThereWereSessionsIsReadWithoutThem() throws Exception {
    Path record = folder.resolve("run/run.json");
    JsonObject run = JsonParser.parseString(Files.readString(record)).getAsJsonObject();
    assertEquals(1, run.remove("sessions").getAsJsonArray().size());
    Files.writeString(record, run.toString());
    StudyResult read = RunReader.read(folder.resolve("run"));
    assertEquals(List.of(), read.provenance().sessions());
    assertEquals(result.provenance().versions(), read.provenance().versions());
    assertEquals(List.of(), read.notes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"run.json", "losses.csv", "diagnostics.csv"})
  void aMissingFileIsNamed(String file) throws Exception {
    Files.delete(folder.resolve("run").resolve(file));
    assertRefused(file, file.equals("run.json") ? "it has no run.json" : "no such file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run.json | { | run.json",
        "run.json | [] | run.json",
        "run.json | {} | run.json",
        "losses.csv | a,b | does not begin",
        "losses.csv | arm,replica,epoch,train_loss,test_loss | has 0 of 12 epochs of batch-norm",
        "diagnostics.csv | nonsense | does not begin",
      })
  void aDamagedFileIsNamed(String file, String content, String message) throws Exception {
    Files.writeString(folder.resolve("run").resolve(file), content + "\n");
    assertRefused(file, message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none,0,12,1,1",
        "none,2,0,1,1",
        "nobody,0,0,1,1",
        "none,0,0,x,1",
        "none,0,0,1",
        "none,-1,0,1,1"
      })
  void aBadLineIsNamed(String line) throws Exception {
    Path losses = folder.resolve("run/losses.csv");
    Files.writeString(losses, Files.readString(losses) + line + "\n");
    assertRefused("losses.csv", "line 50");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none,2,0", "none,-1,0", "none,0,12", "none,0,-1"})
  void aDiagnosticOfNoReplicaOrEpochIsNamed(String place) throws Exception {
    Path file = folder.resolve("run/diagnostics.csv");
    Files.writeString(file, Files.readString(file) + place + ",saturated_share,,0\n");
    assertRefused("diagnostics.csv", place);
  }

  @ParameterizedTest
  @ValueSource(strings = {"losses.csv", "diagnostics.csv"})
  void aFileInAnotherEncodingIsNamed(String file) throws Exception {
    Files.write(folder.resolve("run").resolve(file), new byte[] {'a', (byte) 0xff, '\n'});
    assertRefused(file, "is no CSV file in UTF-8");
  }

  /** The terminal would obey it. */
  @Test
  void whatIsShownOfAFileHasNoControlCharacters() throws Exception {
    Files.writeString(folder.resolve("run/losses.csv"), Texts.LOSSES + "\n\u001b[31m\u0007\n");
    assertRefused("losses.csv", "has a bad line 2: '\\u001b[31m\\u0007'");
    changeSetting("arms", "\u001b[31m" + "x".repeat(10_000));
    String message = assertRefused("run.json", "\\u001b[31m");
    assertTrue(message.length() < 1_000, message);
  }

  private void changeSetting(String name, Object value) throws Exception {
    JsonObject run = record();
    run.getAsJsonObject("settings").addProperty(name, value.toString());
    Files.writeString(folder.resolve("run/run.json"), run.toString());
  }

  private JsonObject record() throws Exception {
    return JsonParser.parseString(Files.readString(folder.resolve("run/run.json")))
        .getAsJsonObject();
  }

  /** Of each replica there are some objects, however few its epochs. */
  @Test
  void manyReplicasOfOneEpochAreTooLarge() throws Exception {
    changeSetting("epochs", 1);
    changeSetting("replicas", 20_000_000);
    assertRefused("run", "of memory to be read");
  }

  /** Sparse, so that it takes no disk. */
  @Test
  void aRecordLargerThanAnyArrayIsTooLarge() throws Exception {
    try (var file = new RandomAccessFile(folder.resolve("run/run.json").toFile(), "rw")) {
      file.setLength(3L << 30);
    }
    assertRefused("run", "needs more memory to be read than Java may take");
  }

  /** Writes a run that learns a table in place of the other. */
  private StudyResult writeARunOfATable(String target) throws Exception {
    Path table = Files.writeString(folder.resolve("t.csv"), "x," + target + "\n1,2\n2,3\n3,5\n");
    Settings settings =
        Settings.parse(
            Map.of(
                "data",
                table.toString(),
                "target",
                target,
                "epochs",
                "3",
                "hidden",
                "2",
                "arms",
                "none"));
    Folders.delete(folder.resolve("run"));
    try (RunFolder run = RunFolder.create(folder.resolve("run"))) {
      StudyResult learned =
          Study.run(settings, run, Checkpoints.none(), "the command", StudyListener.NONE);
      run.writeLosses(learned);
      run.writeMetrics(learned);
      run.writeDiagnostics(learned);
      run.writeRun(learned);
      return learned;
    }
  }

  @Test
  void aTableIsReadAsItWasWritten() throws Exception {
    StudyResult learned = writeARunOfATable("007"); // A name, and not the number 7.
    StudyResult read = RunReader.read(folder.resolve("run"));
    assertEquals(learned.settings(), read.settings());
    assertEquals(learned.data(), read.data());
    learned
        .arms()
        .get(0)
        .metrics()
        .forEach(
            (metric, values) ->
                assertArrayEquals(values, read.arms().get(0).metrics().get(metric)));
  }

  @ParameterizedTest
  @CsvSource({"0, does not begin with", "1, has 0 of 3 rows", "3, has 2 of 3 rows"})
  void missingMetricsAreNamed(int lines, String message) throws Exception {
    writeARunOfATable("y");
    Path metrics = folder.resolve("run/metrics.csv");
    Files.write(metrics, Files.readAllLines(metrics).subList(0, lines));
    assertRefused("metrics.csv", message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"regression", "classification"})
  void aTableOfWhichNothingIsLearnedIsNoRecord(String task) throws Exception {
    writeARunOfATable("y");
    JsonObject run = record();
    run.getAsJsonObject("data").addProperty("task", task);
    run.getAsJsonObject("data").getAsJsonArray("columns").remove(1);
    Files.writeString(folder.resolve("run/run.json"), run.toString());
    assertRefused("run.json", "is not the record of a run");
  }

  /** There are two metrics of each target, each as large as the losses. */
  @Test
  void manyMetricsAreTooLarge() throws Exception {
    writeARunOfATable("y");
    JsonObject run = record();
    run.getAsJsonObject("settings").addProperty("epochs", 1_000_000);
    JsonArray columns = run.getAsJsonObject("data").getAsJsonArray("columns");
    for (int i = 0; i < 1_000; i++) {
      JsonObject target = columns.get(1).getAsJsonObject().deepCopy();
      target.addProperty("name", "y" + i);
      columns.add(target);
    }
    Files.writeString(folder.resolve("run/run.json"), run.toString());
    assertRefused("run", "of memory to be read");
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    var error = assertThrows(RunException.class, () -> RunReader.read(folder.resolve("nothing")));
    assertTrue(error.getMessage().contains("nothing does not exist"), error.getMessage());
  }

  private String assertRefused(String file, String message) {
    var error = assertThrows(RunException.class, () -> RunReader.read(folder.resolve("run")));
    assertTrue(error.getMessage().contains(file), error.getMessage());
    assertTrue(error.getMessage().contains(message), error.getMessage());
    return error.getMessage();
  }
}
