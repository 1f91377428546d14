package io.github.batchnormlab.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import io.github.batchnormlab.study.StudyResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Studies that run at the same time in one process do not disturb each other. */
class StudiesAtOnceTest {
  private static final int AT_ONCE = 6;

  private static void assertSame(Settings base, int studies) throws Exception {
    List<Settings> all =
        IntStream.range(0, studies).mapToObj(seed -> base.with("seed", 100 * seed)).toList();
    List<StudyResult> alone = new ArrayList<>();
    for (Settings settings : all) {
      alone.add(Study.run(settings));
    }
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<StudyResult>> together =
          all.stream()
              .map(
                  settings ->
                      threads.submit(
                          () ->
                              Study.run(
                                  settings,
                                  null,
                                  Checkpoints.none(),
                                  "",
                                  StudyListener.NONE,
                                  AT_ONCE,
                                  null)))
              .toList();
      for (int i = 0; i < studies; i++) {
        List<ArmResult> expected = alone.get(i).arms();
        List<ArmResult> found = together.get(i).get().arms();
        assertEquals(expected.size(), found.size());
        for (int arm = 0; arm < expected.size(); arm++) {
          String what = "study " + i + ", " + expected.get(arm).arm();
          assertArrayEquals(expected.get(arm).trainLoss(), found.get(arm).trainLoss(), what);
          assertArrayEquals(expected.get(arm).testLoss(), found.get(arm).testLoss(), what);
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Settings points(String hidden) {
    return Settings.defaults()
        .with("epochs", 3)
        .with("hidden", hidden)
        .with("train-size", 20)
        .with("test-size", 5);
  }

  /** PyTorch's generator of random numbers is one for all. */
  @Test
  void eachStartsFromItsOwnWeights() throws Exception {
    assertSame(points("200x6"), 12);
  }

  /** A layer of one's own draws too, and is tried out before its study begins. */
  @Test
  void soItIsWithLayersThatDraw() throws Exception {
    assertSame(points("60x4").with("arms", "none,mine=" + OwnArmTest.Random.class.getName()), 12);
  }

  /** A training has as many threads as if it were alone: its sums have the same last digits. */
  @Test
  void eachTrainingHasItsThreads() throws Exception {
    assertSame(
        Settings.defaults().with("epochs", 60).with("arms", "batch-norm").with("hidden", "64x6"),
        4);
  }
}
