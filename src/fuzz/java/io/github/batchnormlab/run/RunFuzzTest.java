package io.github.batchnormlab.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.batchnormlab.Fuzzing;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.StudyResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Any files of a run are a result, or end in a sentence, soon:
 *
 * <pre>
 * mvn -Pfuzz test -Dtest=RunFuzzTest#anyRun -Djazzer.max_duration=10m
 * </pre>
 */
class RunFuzzTest {
  /** A line between two files. */
  private static final String BETWEEN = "\n====\n";

  private static final List<String> NAMES =
      List.of("run.json", "losses.csv", "diagnostics.csv", "metrics.csv");

  /** A machine that has other things to do may need some of them. */
  private static final long SECONDS = 20;

  private static final Path FOLDER = Fuzzing.folder();

  /** The files one behind the other; those that are not there are missing. */
  @DictionaryEntries({"2147483647", "-1", "1e999", "NaN", "null", "x1000", "007", "=a.b"})
  @FuzzTest(maxDuration = "5m")
  void anyRun(byte[] data) throws IOException {
    // Of a character for each byte, so that any bytes can be in a file.
    String[] files = new String(data, StandardCharsets.ISO_8859_1).split(BETWEEN, NAMES.size());
    for (int i = 0; i < NAMES.size(); i++) {
      Path file = FOLDER.resolve(NAMES.get(i));
      if (i < files.length) {
        Files.write(file, files[i].getBytes(StandardCharsets.ISO_8859_1));
      } else {
        Files.deleteIfExists(file);
      }
    }
    long start = System.nanoTime();
    try {
      check(RunReader.read(FOLDER));
    } catch (RunException e) {
      Fuzzing.checkSentence(e.getMessage());
      assertTrue(e.getMessage().startsWith(FOLDER.toString()), e.getMessage());
    }
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
    assertTrue(seconds < SECONDS, seconds + " s");
  }

  private static void check(StudyResult read) {
    assertEquals(read.settings(), Texts.settings(Texts.json(read.settings())));
    assertTrue(read.isFinished());
    read.notes();
    int replicas = read.settings().fit().replicas();
    for (ArmResult arm : read.arms()) {
      assertEquals(replicas, arm.epochs().length);
      read.data().ifPresent(data -> data.metrics().forEach(metric -> arm.finalMetric(metric, 0)));
    }
    read.diagnostics().forEach(row -> assertTrue(row.replica() < replicas, row::toString));
  }
}
