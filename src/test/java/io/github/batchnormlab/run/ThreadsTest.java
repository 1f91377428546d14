package io.github.batchnormlab.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThreadsTest {
  private static final Path TASKS = Path.of("/proc/self/task");

  @ParameterizedTest
  @CsvSource({
    // asked, trainings, cores: at once, per training
    "1, 2, 2, 1, 1",
    "2, 2, 2, 2, 1",
    "2, 1, 2, 1, 2",
    "8, 3, 8, 3, 2",
    "8, 64, 8, 8, 1",
    "100000, 2, 2, 2, 1",
    "100000, 1, 2, 1, 2",
    "100000, 20000, 2, 2, 1",
    "100000, 20000, 64, 64, 1",
    "2147483647, 4294967294, 1, 1, 1",
  })
  void noMoreThanCoresAndTrainings(
      int asked, long trainings, int cores, int atOnce, int perTraining) {
    assertEquals(new Threads(atOnce, perTraining), Threads.divide(asked, trainings, cores));
  }

  @Test
  void moreThanTheCoresIsAWarningThatSaysHowMany() {
    assertEquals(
        "--threads 100000 is more than this machine's 2 cores; no more threads than cores are"
            + " used.",
        Threads.warning(100_000, 2).orElseThrow());
    assertTrue(Threads.warning(100_000, 1).orElseThrow().contains("1 core;"));
    assertTrue(Threads.warning(2, 2).isEmpty());
  }

  /** Sixty threads too many would show; a test that asked for more could harm the machine. */
  @Test
  void aStudyMakesNoThreadsThatItHasNoWorkFor() throws Exception {
    Settings settings =
        Settings.defaults()
            .with("epochs", 40)
            .with("hidden", 8)
            .with("train-size", 20)
            .with("test-size", 5)
            .with("replicas", 20);
    Study.run(settings); // The engine has its own threads, and keeps them.
    long before = threads();
    AtomicLong most = new AtomicLong();
    Queue<String> warnings = new ConcurrentLinkedQueue<>();
    StudyListener listener =
        new StudyListener() {
          @Override
          public void epochEnded(Arm arm, Replicas replicas, int epoch, double train, double test) {
            most.accumulateAndGet(threads(), Math::max);
          }

          @Override
          public void warned(String sentence) {
            warnings.add(sentence);
          }
        };
    int cores = Runtime.getRuntime().availableProcessors();
    Study.run(settings.with("threads", cores + 60), listener);
    assertTrue(
        most.get() < before + 2L * cores + 20, before + " threads became " + most.get() + ".");
    assertEquals(1, warnings.size(), warnings::toString);
  }

  /** Those of Java, or on Linux all of the process. */
  private static long threads() {
    if (!Files.isDirectory(TASKS)) {
      return Thread.activeCount();
    }
    try (Stream<Path> tasks = Files.list(TASKS)) {
      return tasks.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
