package io.github.batchnormlab.study;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an epoch costs besides time: a cheap guard, where a benchmark would be slow and noisy. */
class EpochCostTest {
  private static final Path STAT = Path.of("/proc/self/stat");

  /** A tensor of 1,000 x 300 doubles has 586 pages, of which memory that is reused faults none. */
  private static final long MOST_PAGE_FAULTS = 100;

  @ParameterizedTest
  @EnumSource(Arm.class)
  void noArrayOutlivesItsEpoch(Arm arm) throws Exception {
    Settings settings =
        Settings.builder()
            .optArms(arm)
            .optEpochs(10)
            .optHidden(8)
            .optTrainSize(2_500)
            .optTestSize(1_500)
            .build();
    Device device = Devices.open(settings.device());
    Group group = new Group(0, 1);
    InitialWeights weights = InitialWeights.draw(settings, group);
    int[] open = new int[settings.epochs()];
    Autograd asBefore = new Autograd(); // Training leaves the thread without gradients.
    try (StudyData data = StudyData.draw(settings, group, device);
        ArmTraining training = new ArmTraining(settings, arm, group, device, data, weights)) {
      StudyListener listener =
          new StudyListener() {
            @Override
            public void epochEnded(
                Arm ended, int replicas, int epoch, double trainLoss, double testLoss) {
              open[epoch] =
                  training.manager().getManagedArrays().size()
                      + data.manager().getManagedArrays().size();
            }
          };
      training.run(
          listener, new Saver(Checkpoints.none(null, settings, Cadence.NEVER), listener, 0, 0));
    } finally {
      asBefore.close();
    }
    // The first epoch makes the optimizer's moments and the layers' scalars.
    int[] expected = new int[settings.epochs()];
    Arrays.fill(expected, open[1]);
    expected[0] = open[0];
    assertArrayEquals(expected, open);
  }

  @Test
  void memoryIsReusedAndNotTakenFromTheKernelAnew() throws Exception {
    assumeTrue(Files.isReadable(STAT), "Only Linux counts a process's page faults.");
    int epochs = 100;
    long[] faults = new long[epochs];
    Study.run(
        Settings.builder().optArms(Arm.BATCH_NORM).optEpochs(epochs).build(),
        null,
        "",
        new StudyListener() {
          @Override
          public void epochEnded(
              Arm arm, int replicas, int epoch, double trainLoss, double testLoss) {
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
