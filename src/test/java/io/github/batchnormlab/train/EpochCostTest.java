package io.github.batchnormlab.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import io.github.batchnormlab.engine.Autograd;
import io.github.batchnormlab.engine.Devices;
import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.model.InitialWeights;
import io.github.batchnormlab.model.Sizes;
import io.github.batchnormlab.run.Study;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Init;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import io.github.batchnormlab.study.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What an epoch costs besides time: a cheap guard, where a benchmark would be slow and noisy. */
class EpochCostTest {
  private static final Path STAT = Path.of("/proc/self/stat");

  /** A tensor of 1,000 x 300 doubles has 586 pages, of which memory that is reused faults none. */
  private static final long MOST_PAGE_FAULTS = 100;

  @ParameterizedTest
  @EnumSource(Arms.class)
  void noArrayOutlivesItsEpoch(Arm arm) throws Exception {
    Settings settings =
        Settings.defaults()
            .with("arms", List.of(arm))
            .with("epochs", 10)
            .with("hidden", 8)
            .with("train-size", 2_500)
            .with("test-size", 1_500);
    Devices.open(settings.machine().device());
    Replicas group = new Replicas(0, 1);
    InitialWeights weights = Parts.weights(settings, group);
    int[] open = new int[settings.fit().epochs()];
    Autograd asBefore = new Autograd(); // Training leaves the thread without gradients.
    try (DeviceData data = Parts.data(settings, group)) {
      int rows = data.manager().getManagedArrays().size();
      try (Training training =
          new Training(settings, arm, Parts.sizes(settings), group, data, weights)) {
        count(training, open, () -> 0);
      }
      assertEquals(rows, data.manager().getManagedArrays().size(), "what was made of the rows");
    } finally {
      asBefore.close();
    }
    assertSameAfterTheFirst(open);
  }

  /**
   * Trains, and counts the arrays that are there after each epoch.
   *
   * @param others counts those that do not belong to the training
   */
  private static void count(Training training, int[] open, IntSupplier others) {
    StudyListener listener =
        new StudyListener() {
          @Override
          public void epochEnded(
              Arm ended, Replicas replicas, int epoch, double trainLoss, double testLoss) {
            open[epoch] = training.manager().getManagedArrays().size() + others.getAsInt();
          }
        };
    training.run(listener, Watcher.NONE);
  }

  /** The first epoch makes the optimizer's moments and the layers' scalars. */
  private static void assertSameAfterTheFirst(int[] open) {
    int[] expected = new int[open.length];
    Arrays.fill(expected, open[1]);
    expected[0] = open[0];
    assertArrayEquals(expected, open);
  }

  /** Their networks outlive the study that they were made for. */
  @ParameterizedTest
  @CsvSource({"batch-norm, 8", "batch-norm, '6,4'", "layer-norm, 8"})
  void norDoesOneOfRowsInBlocks(String arm, String hidden) throws Exception {
    int epochs = 5;
    Settings settings =
        Settings.parse(
            Map.of(
                "data",
                "src/test/resources/data/iris.csv",
                "target",
                "species",
                "arms",
                arm,
                "hidden",
                hidden,
                "epochs",
                Integer.toString(epochs),
                "blocks",
                "true"));
    Devices.open(settings.machine().device());
    Replicas group = new Replicas(0, 1);
    Arm only = settings.net().arms().get(0);
    Sizes sizes = new Sizes(4, settings.net().hidden(), 3);
    BlockNetwork.Kind kind =
        new BlockNetwork.Kind(new HashMap<>(settings.texts()), arm, 4, 3, Task.CLASSIFICATION);
    int[] open = new int[epochs];
    Autograd asBefore = new Autograd();
    try (DeviceData data = Parts.data(settings, group);
        Training training =
            new Training(
                settings,
                only,
                sizes,
                group,
                data,
                InitialWeights.draw(0, sizes, true, Init.NORMAL))) {
      count(training, open, () -> openOf(kind, training.state().values()));
    } finally {
      asBefore.close();
    }
    assertSameAfterTheFirst(open);
  }

  /** The arrays of the network that the blocks go through. */
  private static int openOf(BlockNetwork.Kind kind, Map<String, double[]> values) {
    try (BlockNetwork network = BlockNetwork.of(new BlockNetwork.Plan(kind, 1, null), values);
        NDArray one = network.array(new double[1], 1)) {
      return one.getManager().getManagedArrays().size();
    }
  }

  @Test
  void memoryIsReusedAndNotTakenFromTheKernelAnew() throws Exception {
    assumeTrue(Files.isReadable(STAT), "Only Linux counts a process's page faults.");
    int epochs = 100;
    long[] faults = new long[epochs];
    Study.run(
        Settings.defaults().with("arms", List.of(Arms.BATCH_NORM)).with("epochs", epochs),
        new StudyListener() {
          @Override
          public void epochEnded(
              Arm arm, Replicas replicas, int epoch, double trainLoss, double testLoss) {
            faults[epoch] = minorFaults();
          }
        });
    // The median leaves out what the JVM itself takes now and then.
    long[] perEpoch = new long[epochs - 1];
    Arrays.setAll(perEpoch, i -> faults[i + 1] - faults[i]);
    Arrays.sort(perEpoch);
    assertTrue(perEpoch[epochs / 2] < MOST_PAGE_FAULTS, perEpoch[epochs / 2] + " page faults");
  }

  /** The tenth field of {@code /proc/self/stat}; the second is a name in parentheses. */
  private static long minorFaults() {
    try {
      String stat = Files.readString(STAT);
      return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[7]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
