package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.ArmResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class MediansTest {
  private static final double NAN = Double.NaN;

  private static Medians of(double[][] train, double[][] test) {
    return Medians.of(new ArmResult(Arms.NONE, train, test, 1), 0.1);
  }

  /** The loss whose reaching is counted, of replicas of one arm. */
  private static double loss(double[]... train) {
    return Medians.loss(
        List.of(new ArmResult(Arms.NONE, train, train, 1)), Thresholds.parse("5,2,0.5,0.05"));
  }

  @Test
  void theLossToReachIsTheSameWhereverItIsReached() {
    assertEquals(0.1, loss(new double[] {9, 1, 0.1}));
    assertEquals(0.1, loss(new double[] {9, 1, 0.01}));
  }

  @Test
  void whereNoArmReachesItItIsTheLowestThresholdThatOneReaches() {
    assertEquals(0.5, loss(new double[] {9, 1, 0.4}));
    assertEquals(5, loss(new double[] {9, 4, 3}));
    // One of three replicas is not the median.
    assertEquals(2, loss(new double[] {9, 2}, new double[] {9, 1}, new double[] {9, 0.1}));
  }

  @Test
  void whereNothingIsReachedItStays() {
    assertEquals(0.1, loss(new double[] {9, 8}));
  }

  @Test
  void theyAreOverTheReplicas() {
    var medians =
        of(
            new double[][] {{9, 0.1, 4}, {9, 9, 1}, {9, 5, 0.05}, {9, 0.09, 2}},
            new double[][] {{8, 6, 7}, {8, 7, 1}, {2, 3, 5}, {8, 4, 4}});

    // Of 4, 1, 0.05, 2; of 7, 1, 5, 4; of 6, 1, 2, 4; of the epochs 1, 2, 0, 1.
    assertEquals(new Medians("1.500", "4.500", "3.000", "1", "1.5"), medians);
  }

  @Test
  void whatIsCensoredIsABound() {
    double[] never = {9, 9, 9};
    double[] soon = {9, 0.05, 9};

    assertEquals(
        "1", of(new double[][] {never, soon, soon}, new double[][] {never, soon, soon}).epochs());
    // Of 1 and at least 3 the median is at least 2.
    assertEquals(">= 2", of(new double[][] {never, soon}, new double[][] {never, soon}).epochs());
    assertEquals(">= 3", of(new double[][] {never}, new double[][] {never}).epochs());
  }

  @Test
  void whatNoReplicaHasIsADash() {
    double[][] diverged = {{9, NAN}, {9, NAN}};

    assertEquals(
        new Medians("-", "-", "-", "-", ">= 2"),
        of(diverged, new double[][] {{NAN, NAN}, {NAN, NAN}}));
  }

  @Test
  void theCommonLossIsTheLowestThatAllCameTo() {
    var arms =
        List.of(
            TableStudies.arm(Arms.BATCH_NORM, new double[][] {{8, 4, 1}}),
            TableStudies.arm(Arms.NONE, new double[][] {{8, 6, 3}}));

    assertEquals(4, Medians.commonLoss(arms, Thresholds.parse("6,4,2,0.5")).orElseThrow());
    assertEquals(2, Medians.commonLoss(arms, Thresholds.parse("2,0.5")).orElseThrow());
    assertTrue(Medians.commonLoss(arms, Thresholds.parse("0.5")).isEmpty());
  }
}
