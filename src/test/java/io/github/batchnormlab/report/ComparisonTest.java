package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Bounded NEVER = Bounded.atLeast(100);
  private static final List<Bounded> ONES = exactly(1, 1, 1, 1, 1, 1, 1, 1);

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
  void theIntervalOfEightReplicasIsAllOfThem() {
    var interval = Comparison.ratio(exactly(5, 8, 1, 6, 3, 7, 2, 4), ONES).interval();

    assertBounds(1, 8, interval.get());
  }

  @Test
  void theIntervalOfNineReplicasLeavesOutOneOnEitherSide() {
    var first = exactly(5, 8, 1, 6, 9, 3, 7, 2, 4);
    var second = exactly(1, 1, 1, 1, 1, 1, 1, 1, 1);

    assertBounds(2, 8, Comparison.ratio(first, second).interval().get());
    assertBounds(1 / 8.0, 1 / 2.0, Comparison.ratio(second, first).interval().get());
  }

  @Test
  void fewerThanSixReplicasGiveNoInterval() {
    assertEquals(
        Optional.empty(), Comparison.ratio(exactly(1, 2, 3, 4, 5), ONES.subList(0, 5)).interval());
    assertBounds(
        1, 6, Comparison.ratio(exactly(1, 2, 3, 4, 5, 6), ONES.subList(0, 6)).interval().get());
  }

  @Test
  void clearDataExcludeOneAndMixedDataDoNot() {
    var clear = Comparison.ratio(exactly(.5, .52, .6, .55, .48, .51, .58, .53), ONES);
    var mixed = Comparison.ratio(exactly(.5, 2, .6, 1.7, 1.2, .9, 1.1, .8), ONES);

    assertTrue(clear.canDecide());
    assertTrue(clear.interval().get().isBelow(1));
    assertEquals(8, clear.favourFirst());
    assertFalse(mixed.interval().get().isBelow(1) || mixed.interval().get().isAbove(1));
    assertEquals(4, mixed.favourSecond());
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
  }

  @Test
  void manyCensoredReplicasLeaveABound() {
    var comparison =
        Comparison.ratio(exactly(10, 10, 10), List.of(Bounded.exactly(20), NEVER, NEVER));

    assertEquals("≤\u00a00.100", comparison.estimate().text(Numbers::estimate));
    assertEquals(3, comparison.favourFirst());
  }

  @Test
  void aCensoredReplicaOpensTheIntervalOnlyWhereItMayLie() {
    // Nine ratios: 1 to 7, and two of at least 3 and of at least 5.
    var first = new ArrayList<>(exactly(1, 2, 3, 4, 5, 6, 7));
    first.add(Bounded.atLeast(3));
    first.add(Bounded.atLeast(5));
    var nine = Comparison.ratio(first, Collections.nCopies(9, Bounded.exactly(1)));

    // In order 1 to 7 with 3 and 5 twice, or with two larger than any.
    assertBounds(4, 5, nine.estimate());
    assertBounds(2, Double.POSITIVE_INFINITY, nine.interval().get());

    first.set(8, Bounded.exactly(8));
    assertBounds(
        2, 8, Comparison.ratio(first, Collections.nCopies(9, Bounded.exactly(1))).interval().get());
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
  void whatIsNotAvailableMayBeAnything() {
    var first = List.of(Bounded.NOT_AVAILABLE, Bounded.exactly(1), Bounded.exactly(2));
    var second = exactly(1, 4, 1);

    var comparison = Comparison.ratio(first, second);

    // 1/4, 2 and one of which nothing is known.
    assertEquals(3, comparison.pairs());
    assertBounds(0.25, 2, comparison.estimate());
    assertEquals(1, comparison.favourFirst());
    assertEquals(1, comparison.favourSecond());
    assertFalse(
        Comparison.ratio(List.of(Bounded.NOT_AVAILABLE), exactly(1)).estimate().saysSomething());
  }

  @Test
  void whatIsInfiniteIsLargerThanAny() {
    var first = List.of(Bounded.INFINITE, Bounded.INFINITE, Bounded.exactly(1));
    var second = List.of(Bounded.exactly(1), Bounded.exactly(2), Bounded.exactly(4));

    var comparison = Comparison.ratio(first, second);

    assertEquals("infinite", comparison.estimate().text(Numbers::estimate));
    assertEquals(2, comparison.favourSecond());
    assertBounds(0, 0, Comparison.ratio(second, first).estimate());
    assertEquals(2, Comparison.difference(first, second).favourSecond());
  }

  @Test
  void twoInfiniteValuesHaveAnyRatio() {
    assertFalse(
        Comparison.ratio(List.of(Bounded.INFINITE), List.of(Bounded.INFINITE))
            .estimate()
            .saysSomething());
    assertFalse(Comparison.ratio(exactly(0), exactly(0)).estimate().saysSomething());
  }

  @Test
  void halfwayToAnInfiniteValueThereIsNone() {
    var half = Comparison.ratio(List.of(Bounded.exactly(2), Bounded.INFINITE), exactly(1, 1));

    assertEquals("≥\u00a02.00", half.estimate().text(Numbers::estimate));

    // From 0 to infinity, and not their middle.
    var torn =
        Comparison.ratio(
            List.of(Bounded.exactly(2), Bounded.INFINITE),
            List.of(Bounded.INFINITE, Bounded.exactly(2)));
    assertEquals(new Bounded(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY), torn.estimate());
  }
}
