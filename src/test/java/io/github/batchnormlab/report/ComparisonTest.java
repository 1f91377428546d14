package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Bounded NEVER = Bounded.atLeast(100);

  private static List<Bounded> exactly(double... values) {
    return Arrays.stream(values).mapToObj(Bounded::exactly).toList();
  }

  private static void assertBounds(double low, double high, Bounded actual) {
    assertEquals(low, actual.low(), 1e-12 * Math.abs(low), actual::toString);
    assertEquals(high, actual.high(), 1e-12 * Math.abs(high), actual::toString);
  }

  @Test
  void theRatioIsTheMedianOfTheReplicasRatios() {
    // 1/2, 2/8 and 8/8; the ratio of the medians would be 2/8.
    var comparison = Comparison.ratio(exactly(1, 2, 8), exactly(2, 8, 8));

    assertBounds(0.5, 0.5, comparison.estimate());
    assertEquals(3, comparison.pairs());
    assertEquals(2, comparison.favourFirst());
    assertEquals(0, comparison.favourSecond(), "a tie favours none");
  }

  @Test
  void exchangingTheArmsGivesTheInverse() {
    var first = exactly(1, 2, 8, 3);
    var second = exactly(2, 9, 8, 2);

    var there = Comparison.ratio(first, second);
    var back = Comparison.ratio(second, first);

    // Between 1/2 and 8/8, halfway between the logarithms.
    assertBounds(Math.sqrt(0.5), Math.sqrt(0.5), there.estimate());
    assertBounds(Math.sqrt(2), Math.sqrt(2), back.estimate());
    assertEquals(there.favourFirst(), back.favourSecond());
  }

  @Test
  void logarithmsAreComparedByTheirDifference() {
    var comparison = Comparison.difference(exactly(-1, -2, 0), exactly(1, -1, 3));

    assertBounds(-2, -2, comparison.estimate());
    assertEquals(3, comparison.favourFirst());
  }

  @Test
  void twoReplicasSpanTheInterval() {
    // A resample's median is the one ratio, their middle or the other: 1/4, 1/2 and 1/4 of all.
    var comparison = Comparison.ratio(exactly(1, 6), exactly(4, 3));

    assertBounds(0.25, 2, comparison.interval().get());
    assertFalse(comparison.canDecide());
  }

  @Test
  void theIntervalOfEightReplicasLeavesOutTheOutermost() {
    // At least five of eight draws must hit the lowest to make it the median: 1 in 800.
    var first = exactly(1, 2, 3, 4, 5, 6, 7, 8);
    var second = exactly(1, 1, 1, 1, 1, 1, 1, 1);

    Bounded interval = Comparison.ratio(first, second).interval().get();

    assertTrue(interval.low() > 1 && interval.low() < 3, interval::toString);
    assertTrue(interval.high() > 6 && interval.high() < 8, interval::toString);
  }

  @Test
  void clearDataExcludeOneAndMixedDataDoNot() {
    var ones = exactly(1, 1, 1, 1, 1, 1, 1, 1);

    var clear = Comparison.ratio(exactly(.5, .52, .6, .55, .48, .51, .58, .53), ones);
    var mixed = Comparison.ratio(exactly(.5, 2, .6, 1.7, 1.2, .9, 1.1, .8), ones);

    assertTrue(clear.canDecide());
    assertTrue(clear.interval().get().isBelow(1));
    assertEquals(8, clear.favourFirst());
    assertFalse(mixed.interval().get().isBelow(1) || mixed.interval().get().isAbove(1));
    assertEquals(4, mixed.favourSecond());
  }

  @Test
  void theSameNumbersGiveTheSameInterval() {
    var first = exactly(3, 1, 4, 1, 5, 9, 2, 6);
    var second = exactly(2, 7, 1, 8, 2, 8, 1, 8);

    assertEquals(Comparison.ratio(first, second), Comparison.ratio(first, second));
  }

  @Test
  void oneReplicaGivesNoInterval() {
    var comparison = Comparison.ratio(exactly(1), exactly(2));

    assertBounds(0.5, 0.5, comparison.estimate());
    assertEquals(Optional.empty(), comparison.interval());
    assertFalse(comparison.canDecide());
  }

  @Test
  void fewCensoredReplicasLeaveTheMedianExact() {
    // 10/20, 10/40 and 10/(at least 100).
    var comparison =
        Comparison.ratio(
            exactly(10, 10, 10), List.of(Bounded.exactly(20), Bounded.exactly(40), NEVER));

    assertBounds(0.25, 0.25, comparison.estimate());
    assertEquals(3, comparison.favourFirst());
    Bounded interval = comparison.interval().get();
    assertEquals("≤\u00a00.500", interval.rangeText(Numbers::estimate));
  }

  @Test
  void manyCensoredReplicasLeaveABound() {
    var comparison =
        Comparison.ratio(exactly(10, 10, 10), List.of(Bounded.exactly(20), NEVER, NEVER));

    assertEquals("≤\u00a00.100", comparison.estimate().text(Numbers::estimate));
    assertEquals("≥\u00a010.0", comparison.estimate().inverse().text(Numbers::estimate));
    assertEquals(3, comparison.favourFirst());
  }

  @Test
  void whatNeitherArmReachedIsUndecided() {
    var never = IntStream.range(0, 8).mapToObj(i -> NEVER).toList();

    var comparison = Comparison.ratio(never, never);

    assertFalse(comparison.estimate().saysSomething());
    assertFalse(comparison.interval().get().saysSomething());
    assertEquals(0, comparison.favourFirst() + comparison.favourSecond());
  }

  @Test
  void whatIsNotAvailableIsLeftOut() {
    var first = List.of(Bounded.NOT_AVAILABLE, Bounded.exactly(1), Bounded.exactly(0));
    var second = exactly(1, 4, 1);

    var comparison = Comparison.ratio(first, second);

    assertEquals(1, comparison.pairs());
    assertBounds(0.25, 0.25, comparison.estimate());
    assertEquals(
        Bounded.NOT_AVAILABLE,
        Comparison.ratio(List.of(Bounded.NOT_AVAILABLE), exactly(1)).estimate());
  }
}
