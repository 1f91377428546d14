package io.github.batchnormlab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.model.Arms;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StudyResultTest {
  private static final double[] WHOLE = {9, 1};
  private static final double[] STOPPED = {9, Double.NaN};

  private static ArmResult arm(Arm arm, double[]... losses) {
    return new ArmResult(arm, losses, losses, 1);
  }

  private static StudyResult result(ArmResult... arms) {
    Settings settings =
        Settings.defaults().with("epochs", 2).with("replicas", arms[0].epochs().length);
    var provenance =
        new Provenance(
            new Versions("", "", "", ""), "", "", "cpu", 1, "", Instant.EPOCH, 1, List.of());
    return new StudyResult(settings, List.of(arms), List.of(), List.of(), provenance);
  }

  @Test
  void aRunHasFailedIfEveryNetworkStopped() {
    assertTrue(result(arm(Arms.BATCH_NORM, STOPPED), arm(Arms.NONE, STOPPED)).hasFailed());
    assertFalse(result(arm(Arms.BATCH_NORM, STOPPED), arm(Arms.NONE, WHOLE)).hasFailed());
    assertFalse(
        result(arm(Arms.BATCH_NORM, STOPPED, WHOLE), arm(Arms.NONE, STOPPED, STOPPED)).hasFailed());
  }

  /** The arm that has not begun may do better. */
  @Test
  void aRunThatWasInterruptedHasNotFailed() {
    ArmResult notBegun =
        new ArmResult(Arms.NONE, new double[1][2], new double[1][2], new int[1], 0);
    assertFalse(result(arm(Arms.BATCH_NORM, STOPPED), notBegun).hasFailed());
  }

  @Test
  void aReplicaThatStoppedHasNoFinalLossEvenIfOneOfItsLossesIsFinite() {
    double[][] train = {{9, 7}, {9, 7}, {9, 7}};
    double[][] test = {{8, 6}, {8, Double.POSITIVE_INFINITY}, {8, 6}};
    ArmResult arm = new ArmResult(Arms.NONE, train, test, new int[] {2, 2, 0}, 1);
    assertEquals(7, arm.finalTrainLoss(0));
    assertEquals(6, arm.finalTestLoss(0));
    assertEquals(Double.NaN, arm.finalTrainLoss(1));
    assertEquals(Double.NaN, arm.finalTestLoss(1));
    assertEquals(Double.NaN, arm.finalTrainLoss(2), "it has not begun");
  }
}
