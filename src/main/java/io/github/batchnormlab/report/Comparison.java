package io.github.batchnormlab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/**
 * Two arms compared over the replicas, pair by pair: replica r of both has the same data and the
 * same initial weights.
 *
 * <p>The estimate is the median over replicas of first / second, of an even number halfway between
 * the logarithms of the two in the middle, so that exchanging the arms gives exactly the inverse.
 * The median and not the geometric mean, because one replica that ends on a spike of its loss
 * cannot move it far, and because it stays known when some replicas are censored. Logarithms are
 * compared by their difference.
 *
 * <p>Censoring: if only the first arm did not reach a loss, the replica's ratio is at least (epochs
 * trained) / (epoch of the second); if only the second, at most (epoch of the first) / (epochs
 * trained); if neither, it is unknown, from 0 to infinity. Estimate and interval are taken of all
 * lower and of all upper bounds, so they come out exact, as a bound, or undecided. As the k-th
 * smallest lower bound never exceeds the k-th smallest ratio, the interval holds the median at
 * least as surely as that of the ratios themselves would, whatever they are.
 *
 * <p>Every replica counts, because those that fail are not any: to leave them out would make an arm
 * look better for failing where it is hard. An infinite value is larger than any finite one, a zero
 * smaller than any other; what has no ratio, because a value is not available or both are infinite
 * or both 0, is unknown.
 *
 * @param pairs how many replicas there are
 * @param estimate the median ratio or difference
 * @param interval holds the true median with at least 95 %; empty if there are too few pairs
 * @param favourFirst in how many replicas the first arm is certainly lower
 * @param favourSecond in how many replicas the second arm is certainly lower
 * @see MedianInterval
 */
record Comparison(
    int pairs, Bounded estimate, Optional<Bounded> interval, int favourFirst, int favourSecond) {

  /** With fewer pairs there is no interval. */
  static final int PAIRS_TO_DECIDE = 6;

  static Comparison ratio(List<Bounded> first, List<Bounded> second) {
    return of(logs(first), logs(second), Math::exp);
  }

  static Comparison difference(List<Bounded> first, List<Bounded> second) {
    return of(first, second, DoubleUnaryOperator.identity());
  }

  /** Whether there are enough pairs for the interval to decide anything. */
  boolean canDecide() {
    return pairs >= PAIRS_TO_DECIDE;
  }

  /**
   * The interval behind the estimate, for people; empty if there is none.
   *
   * @param isNamed whether it says what it is
   */
  String intervalText(boolean isNamed) {
    String name = isNamed ? MedianInterval.name(pairs) + " " : "";
    return interval.map(i -> " (" + name + i.rangeText(Numbers::estimate) + ")").orElse("");
  }

  private static Comparison of(
      List<Bounded> first, List<Bounded> second, DoubleUnaryOperator shown) {
    var pairs = new ArrayList<Bounded>();
    for (int replica = 0; replica < first.size(); replica++) {
      pairs.add(difference(first.get(replica), second.get(replica)));
    }
    double[] lows = sorted(pairs, Bounded::low);
    double[] highs = sorted(pairs, Bounded::high);
    return new Comparison(
        pairs.size(),
        map(median(lows, highs), shown),
        MedianInterval.of(pairs.size()).map(interval -> map(interval.of(lows, highs), shown)),
        (int) pairs.stream().filter(pair -> pair.isBelow(0)).count(),
        (int) pairs.stream().filter(pair -> pair.isAbove(0)).count());
  }

  private static List<Bounded> logs(List<Bounded> values) {
    return values.stream()
        .map(value -> new Bounded(Math.log(value.low()), Math.log(value.high())))
        .toList();
  }

  /** Where one is not available or both are infinite, subtracting gives NaN: no bound is known. */
  private static Bounded difference(Bounded first, Bounded second) {
    double low = first.low() - second.high();
    double high = first.high() - second.low();
    return new Bounded(
        Double.isNaN(low) ? Double.NEGATIVE_INFINITY : low,
        Double.isNaN(high) ? Double.POSITIVE_INFINITY : high);
  }

  private static double[] sorted(List<Bounded> pairs, ToDoubleFunction<Bounded> bound) {
    return pairs.stream().mapToDouble(bound).sorted().toArray();
  }

  /** Halfway between the two in the middle; anywhere between them if one of them is infinite. */
  private static Bounded median(double[] lows, double[] highs) {
    int before = (lows.length - 1) / 2;
    int after = lows.length / 2;
    double low = (lows[before] + lows[after]) / 2;
    double high = (highs[before] + highs[after]) / 2;
    return new Bounded(
        Double.isFinite(low) ? low : lows[before], Double.isFinite(high) ? high : highs[after]);
  }

  /** Bounds seen through a rising function; none below stays none, though exp makes 0 of it. */
  private static Bounded map(Bounded bounded, DoubleUnaryOperator rising) {
    boolean isOpen = bounded.low() < bounded.high() && bounded.low() == Double.NEGATIVE_INFINITY;
    return new Bounded(
        isOpen ? bounded.low() : rising.applyAsDouble(bounded.low()),
        rising.applyAsDouble(bounded.high()));
  }
}
