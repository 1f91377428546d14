package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.ArmResult;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CurveTest {

  @Test
  void theArticlesArmsHaveTheArticlesNames() {
    var curves = Curve.of(Studies.of(10, Arms.BATCH_NORM, Arms.NONE).arms(), 0, 100);

    assertEquals(
        List.of("train with BN", "test with BN", "train without BN", "test without BN"),
        curves.stream().map(Curve::name).toList());
    assertEquals(List.of(false, true, false, true), curves.stream().map(Curve::dashed).toList());
  }

  @Test
  void eachArmHasItsOwnColour() {
    var curves = Curve.of(Studies.of(10, Arms.values()).arms(), 0, 100);

    assertEquals(
        Arms.values().length,
        curves.stream().map(Curve::colour).collect(Collectors.toSet()).size());
  }

  @Test
  void anArmsColourDoesNotDependOnTheOtherArms() {
    var alone = Curve.of(Studies.of(10, Arms.DJL_BATCH_NORM).arms(), 0, 100);
    var all = Curve.of(Studies.of(10, Arms.values()).arms(), 0, 100);

    String colour =
        all.stream().filter(c -> c.name().equals("test with DJL BN")).findFirst().get().colour();
    assertEquals(colour, alone.get(0).colour());
  }

  @Test
  void aReplicasOwnLossesAreShown() {
    double[][] train = {{4, 3}, {2, 1}};
    double[][] test = {{8, 7}, {6, 5}};

    var curves = Curve.of(List.of(new ArmResult(Arms.NONE, train, test, 1)), 1, 100);

    assertArrayEquals(train[1], curves.get(0).losses());
    assertArrayEquals(test[1], curves.get(1).losses());
  }

  @Test
  void mediansAreOverTheFiniteLossesOfEachEpoch() {
    double nan = Double.NaN;
    double[][] losses = {{4, 3, nan}, {8, nan, nan}, {5, 1, 1 / 0.0}};

    var curves = Curve.medians(List.of(new ArmResult(Arms.NONE, losses, losses, 1)), 100);

    assertArrayEquals(new double[] {5, 2, nan}, curves.get(1).losses());
  }

  @Test
  void whatALogarithmicAxisCannotShowIsAGap() {
    double[] losses = {3, 0, -1, Double.POSITIVE_INFINITY, Double.NaN, 2};

    var curve = Curve.of("train", "#000000", false, losses, 100);

    double gap = Double.NaN;
    assertArrayEquals(new double[] {3, gap, gap, gap, gap, 2}, curve.losses());
    assertTrue(curve.hasGaps());
    assertFalse(Curve.of("train", "#000000", false, new double[] {3, 2}, 100).hasGaps());
  }

  @Test
  void aCurveOfOnePointNeedsAMarker() {
    double[] diverged = new double[100];
    diverged[0] = 1;

    assertTrue(Curve.of("train", "#000000", false, diverged, 100).hasFewPoints());
    assertFalse(Curve.of(Studies.of(100, Arms.NONE).arms(), 0, 100).get(0).hasFewPoints());
  }
}
