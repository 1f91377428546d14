package io.github.batchnormlab.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The default study against PyTorch's losses, in {@code reference/losses-double.csv.gz}. */
class AgreementTest {
  /** Until here two correct runs agree; later Adam spikes, and rounding decides the details. */
  private static final int BATCH_NORM_EPOCHS = 4_000;

  private static final int NONE_EPOCHS = 6_000;

  private static StudyResult study;

  @BeforeAll
  static void run() throws Exception {
    study = Study.run(Settings.defaults());
  }

  private static ArmResult result(Arm arm) {
    return study.arms().stream().filter(result -> result.arm() == arm).findFirst().orElseThrow();
  }

  @Test
  void trainingLossesAgreeTo1e10() {
    assertAgree(
        Reference.losses(Arms.BATCH_NORM).trainLoss(),
        result(Arms.BATCH_NORM).trainLoss()[0],
        BATCH_NORM_EPOCHS,
        1e-10);
    assertAgree(
        Reference.losses(Arms.NONE).trainLoss(),
        result(Arms.NONE).trainLoss()[0],
        NONE_EPOCHS,
        1e-10);
  }

  @Test
  void testLossWithoutBatchNormAgreesTo1e10() {
    assertAgree(
        Reference.losses(Arms.NONE).testLoss(),
        result(Arms.NONE).testLoss()[0],
        NONE_EPOCHS,
        1e-10);
  }

  /** The bias before batch norm has a gradient of rounding noise, which the test loss sees. */
  @Test
  void testLossWithBatchNormAgreesTo1e5() {
    assertAgree(
        Reference.losses(Arms.BATCH_NORM).testLoss(),
        result(Arms.BATCH_NORM).testLoss()[0],
        BATCH_NORM_EPOCHS,
        1e-5);
  }

  @Test
  void theChaoticEndTakesTheSameCourse() {
    for (Arm arm : new Arm[] {Arms.BATCH_NORM, Arms.NONE}) {
      double expected = medianOfTheLast1000(Reference.losses(arm).trainLoss());
      double actual = medianOfTheLast1000(result(arm).trainLoss()[0]);
      assertTrue(
          actual > expected / 2 && actual < expected * 2, arm + ": " + actual + " vs " + expected);
    }
  }

  private static double medianOfTheLast1000(double[] losses) {
    double[] last = Arrays.copyOfRange(losses, losses.length - 1000, losses.length);
    Arrays.sort(last);
    return last[500];
  }

  private static void assertAgree(double[] expected, double[] actual, int epochs, double bound) {
    for (int epoch = 0; epoch < epochs; epoch++) {
      assertEquals(1, actual[epoch] / expected[epoch], bound, "epoch " + epoch);
    }
  }
}
