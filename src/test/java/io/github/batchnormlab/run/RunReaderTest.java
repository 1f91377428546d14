package io.github.batchnormlab.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import io.github.batchnormlab.study.StudyResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    assertRefused(file, "no such file");
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

  @Test
  void aFolderThatIsNotThereIsNamed() {
    var error = assertThrows(RunException.class, () -> RunReader.read(folder.resolve("nothing")));
    assertTrue(error.getMessage().contains("nothing does not exist"), error.getMessage());
  }

  private void assertRefused(String file, String message) {
    var error = assertThrows(RunException.class, () -> RunReader.read(folder.resolve("run")));
    assertTrue(error.getMessage().contains(file), error.getMessage());
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }
}
