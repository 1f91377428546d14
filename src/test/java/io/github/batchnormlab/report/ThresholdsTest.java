package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.ArmResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThresholdsTest {
  private static final double NAN = Double.NaN;
  private static final double INFINITE = Double.POSITIVE_INFINITY;

  /** An arm whose training losses these are; its test loss never changes. */
  private static ArmResult arm(double[]... train) {
    double[][] test =
        Arrays.stream(train).map(losses -> new double[losses.length]).toArray(double[][]::new);
    for (double[] losses : test) {
      Arrays.fill(losses, 9);
    }
    return new ArmResult(Arms.NONE, train, test, 1);
  }

  private static double[] losses(double... losses) {
    return losses;
  }

  /** What there is for the training loss beside the fixed ones. */
  private static List<Double> found(ArmResult... arms) {
    var found = new ArrayList<>(Thresholds.of(List.of(arms)).train());
    assertTrue(found.removeAll(Thresholds.FIXED));
    return found;
  }

  @Test
  void theyLieEvenlyBetweenWhatBothArmsBeganWithAndWhatBothReached() {
    // From 1e6 to 1, each a tenth of the one before; 10 is no fixed one, and 1 is an end.
    assertEquals(
        List.of(1e5, 1e4, 1e3, 100.0, 10.0),
        found(arm(losses(1e6, 50, 0.5)), arm(losses(3e6, 1, 2))));
  }

  @Test
  void theOrderOfTheArmsChangesNothing() {
    ArmResult one = arm(losses(500, 20, 7));
    ArmResult other = arm(losses(300, 40, 3));

    assertEquals(Thresholds.of(List.of(one, other)), Thresholds.of(List.of(other, one)));
  }

  @Test
  void theFixedOnesStayAndWhatIsNearThemIsLeftOut() {
    // From 1000 to 0.001, each a tenth of the one before; 1, 0.1 and 0.01 are there already.
    assertEquals(
        List.of(100.0, 10.0, 1.0, 0.1, 0.05, 0.02, 0.01),
        Thresholds.of(List.of(arm(losses(1000, 0.001)))).train());
    // 1.2 is left out, near 1, and 0.46 is not.
    assertEquals(List.of(18.0, 7.2, 2.9, 0.46), found(arm(losses(45, 0.185))));
  }

  @Test
  void aFixedOneThatNobodyCanReachLeavesRoomForOthers() {
    // All between 1 and 0.1, near one of them or the other.
    assertEquals(List.of(0.8, 0.71, 0.64, 0.57, 0.51), found(arm(losses(0.9, 0.45))));
  }

  @Test
  void ofThreeEpochsTheyAreAsManyAsTwoDigitsTellApart() {
    assertEquals(List.of(520.0, 510.0), found(arm(losses(523.95, 514, 506))));
    assertEquals(List.of(), found(arm(losses(523.95, 523.9, 523.8))));
  }

  @Test
  void whereNothingFellOnlyTheFixedOnesAreLeft() {
    assertEquals(List.of(), found(arm(losses(500, 500, 500)), arm(losses(500, 20, 1))));
    assertEquals(List.of(), found(arm(losses(500, 600, 700))));
    assertEquals(List.of(), found(arm(losses(500))));
    assertEquals(List.of(), found(arm(losses(20, 1)), arm(losses(500, 300))));
    assertEquals(Thresholds.FIXED, Thresholds.of(List.of(arm(losses(500, 1)))).test());
  }

  @Test
  void aFewReplicasThatAreStuckDoNotCount() {
    double[] falling = {1e6, 1};
    double[] stuck = {1e6, 1e6};
    double[] failed = {1e6, NAN};
    List<Double> all = List.of(1e5, 1e4, 1e3, 100.0, 10.0);

    assertEquals(all, found(arm(falling, stuck, falling, falling)));
    assertEquals(all, found(arm(falling, falling, falling, failed)));
    assertEquals(List.of(), found(arm(falling, failed, stuck, falling)));
  }

  @Test
  void lossesThatAreNoPositiveNumbersHaveNoPart() {
    assertEquals(List.of(), found(arm(losses(NAN, NAN)), arm(losses(9, 1))));
    assertEquals(List.of(), found(arm(losses(INFINITE, INFINITE))));
    assertEquals(List.of(), found(arm(losses(0, 0))));
    assertEquals(
        List.of(1e5, 1e4, 1e3, 100.0, 10.0),
        found(arm(losses(NAN, 2e7, 1), losses(1e6, 1, 0), losses(1e6, 1, 0))));
    Thresholds.of(List.of(arm(losses(Double.MAX_VALUE, Double.MIN_VALUE))));
  }

  /** Losses of a table are of any size, so the fixed ones say nothing. */
  @Test
  void ofATableOnlyThoseAreCountedThatLieBetween() {
    var result =
        TableStudies.regression(
            TableStudies.arm(Arms.BATCH_NORM, new double[][] {{512, 1}}),
            TableStudies.arm(Arms.NONE, new double[][] {{600, 0.5}}));

    // Eight from 512 to 1, each a half of the one before, with two digits.
    assertEquals(
        List.of(260.0, 130.0, 64.0, 32.0, 16.0, 8.0, 4.0, 2.0), Thresholds.of(result).train());
    assertEquals(Thresholds.of(result).train(), Thresholds.of(result).test());
    result = TableStudies.regression(TableStudies.arm(Arms.NONE, new double[][] {{3, 3, 3}}));
    assertEquals(List.of(), Thresholds.of(result).train());
    result = TableStudies.regression(TableStudies.arm(Arms.NONE, new double[][] {{0, 0}}));
    assertEquals(List.of(), Thresholds.of(result).train());
  }

  @Test
  void ofTheArticlesPointsTheyAreTheSameAsBefore() {
    var result = Studies.replicas(8, 500, Arms.BATCH_NORM, Arms.NONE);

    assertEquals(Thresholds.of(result.arms()), Thresholds.of(result));
  }

  @Test
  void theyAreReadFromAListInAnyOrder() {
    var thresholds = Thresholds.parse("0.1, 20,1e-3,20");

    assertEquals(List.of(20.0, 0.1, 0.001), thresholds.train());
    assertEquals(thresholds.train(), thresholds.test());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",", "1,", "1,,2", "one", "0", "1,-2", "NaN", "Infinity", "1;2"})
  void whatCannotBeUsedIsRefusedWithTheRule(String text) {
    var refusal = assertThrows(IllegalArgumentException.class, () -> Thresholds.parse(text));

    assertEquals("must be finite numbers above 0, joined by commas", refusal.getMessage());
  }

  @Test
  void theyCannotBeMadeOfWhatCannotBeUsed() {
    for (double bad : new double[] {0, -1, NAN, INFINITE}) {
      assertThrows(
          IllegalArgumentException.class, () -> new Thresholds(List.of(bad), List.of(1.0)));
    }
  }

  @Test
  void everyLossFoundIsReachedByBothArms() {
    var result = Studies.replicas(8, 500, Arms.BATCH_NORM, Arms.NONE);
    List<ArmResult> arms = result.arms();
    Thresholds thresholds = Thresholds.of(arms);

    Stream.of(Quantity.trainEpochs(thresholds), Quantity.testEpochs(thresholds))
        .flatMap(List::stream)
        .filter(quantity -> !Thresholds.FIXED.contains(Double.parseDouble(quantity.name())))
        .forEach(
            quantity ->
                arms.forEach(
                    arm ->
                        assertTrue(
                            quantity.of(arm).stream().filter(Bounded::isExact).count() >= 6,
                            quantity.name())));
    assertTrue(thresholds.train().size() > 7, "" + thresholds);
  }
}
