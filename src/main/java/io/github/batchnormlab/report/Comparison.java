package io.github.batchnormlab.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.random.MersenneTwister;

/**
 * Two arms compared over the replicas, pair by pair: replica r of both has the same data and the
 * same initial weights.
 *
 * <p>The estimate is the median over replicas of first / second, taken between logarithms, so that
 * exchanging the arms gives exactly the inverse. The median and not the geometric mean, because one
 * replica that ends on a spike of its loss cannot move it far, and because it stays known when some
 * replicas are censored. Logarithms are compared by their difference.
 *
 * <p>Censoring: if only the first arm did not reach a loss, the replica's ratio is at least (epochs
 * trained) / (epoch of the second); if only the second, at most (epoch of the first) / (epochs
 * trained); if neither, it is unknown, from 0 to infinity. The median and the interval are taken of
 * all lower and of all upper bounds (see {@link Quantiles}), so they come out exact, as a bound, or
 * undecided. Nothing censored is left out or taken for exact.
 *
 * <p>A replica is left out where either value is not available, and from a ratio where either is
 * not above 0.
 *
 * @param pairs in how many replicas the two can be compared
 * @param estimate the median ratio or difference; not available without pairs
 * @param interval the 95 % percentile-bootstrap interval of the estimate, resampling replicas
 *     (Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13); empty with fewer
 *     than two pairs
 * @param favourFirst in how many replicas the first arm is certainly lower, that is better
 * @param favourSecond in how many replicas the second arm is certainly lower
 */
record Comparison(
    int pairs, Bounded estimate, Optional<Bounded> interval, int favourFirst, int favourSecond) {

  static final int RESAMPLES = 10_000;

  /**
   * With fewer pairs no interval can be trusted: the whole range of n ratios holds the true median
   * with a probability of 1 - 2 · 0.5^n, which passes 95 % only at six.
   */
  static final int PAIRS_TO_DECIDE = 6;

  /** The bootstrap's own seed: the same losses give the same interval. */
  private static final int SEED = 20_150_211;

  static Comparison ratio(List<Bounded> first, List<Bounded> second) {
    var logs = new ArrayList<Bounded>();
    for (int replica = 0; replica < first.size(); replica++) {
      Bounded a = first.get(replica);
      Bounded b = second.get(replica);
      if (a.isAbove(0) && b.isAbove(0)) {
        logs.add(
            new Bounded(
                Math.log(a.low()) - Math.log(b.high()), Math.log(a.high()) - Math.log(b.low())));
      }
    }
    return of(logs, Math::exp);
  }

  static Comparison difference(List<Bounded> first, List<Bounded> second) {
    var differences = new ArrayList<Bounded>();
    for (int replica = 0; replica < first.size(); replica++) {
      Bounded a = first.get(replica);
      Bounded b = second.get(replica);
      if (a.isAvailable() && b.isAvailable()) {
        differences.add(new Bounded(a.low() - b.high(), a.high() - b.low()));
      }
    }
    return of(differences, DoubleUnaryOperator.identity());
  }

  /** Whether there are enough pairs for the interval to decide anything. */
  boolean canDecide() {
    return pairs >= PAIRS_TO_DECIDE;
  }

  private static Comparison of(List<Bounded> pairs, DoubleUnaryOperator shown) {
    Optional<Bounded> interval =
        pairs.size() < 2 ? Optional.empty() : Optional.of(map(interval(pairs), shown));
    return new Comparison(
        pairs.size(),
        map(Quantiles.of(pairs, 0.5), shown),
        interval,
        (int) pairs.stream().filter(pair -> pair.isBelow(0)).count(),
        (int) pairs.stream().filter(pair -> pair.isAbove(0)).count());
  }

  private static Bounded interval(List<Bounded> pairs) {
    double[] lows = pairs.stream().mapToDouble(Bounded::low).toArray();
    double[] highs = pairs.stream().mapToDouble(Bounded::high).toArray();
    double[] lower = medians(lows);
    double[] upper = Arrays.equals(lows, highs) ? lower : medians(highs);
    return new Bounded(Quantiles.of(lower, 0.025), Quantiles.of(upper, 0.975));
  }

  /** The medians of all resamples: the same draws for lower and for upper bounds. */
  private static double[] medians(double[] values) {
    var random = new MersenneTwister(SEED);
    var medians = new double[RESAMPLES];
    var resample = new double[values.length];
    for (int i = 0; i < RESAMPLES; i++) {
      for (int j = 0; j < resample.length; j++) {
        resample[j] = values[random.nextInt(values.length)];
      }
      // Quantiles.of would say the same, and take most of the time of a report for it.
      Arrays.sort(resample);
      medians[i] = (resample[(resample.length - 1) / 2] + resample[resample.length / 2]) / 2;
    }
    return medians;
  }

  /** Bounds seen through a rising function; none below stays none, though exp makes 0 of it. */
  private static Bounded map(Bounded bounded, DoubleUnaryOperator rising) {
    return new Bounded(
        bounded.low() == Double.NEGATIVE_INFINITY
            ? bounded.low()
            : rising.applyAsDouble(bounded.low()),
        rising.applyAsDouble(bounded.high()));
  }
}
