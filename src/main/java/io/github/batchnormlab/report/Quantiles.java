package io.github.batchnormlab.report;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/**
 * Quantiles over replicas: linear interpolation between the ordered values, type 7 of Hyndman and
 * Fan (1996, "Sample Quantiles in Statistical Packages"), as NumPy and R do by default.
 */
final class Quantiles {

  /** Stands in for infinity, between whose values nothing can be interpolated. */
  private static final double HUGE = 1e100;

  private static final Percentile TYPE_7 = new Percentile().withEstimationType(EstimationType.R_7);

  private Quantiles() {}

  /**
   * A quantile of values, infinite ones among them. It is infinite if an infinite value has any
   * part in it.
   *
   * @param level above 0, at most 1
   * @return NaN if there are no values
   */
  static double of(double[] values, double level) {
    double[] finite = Arrays.stream(values).map(v -> Math.max(-HUGE, Math.min(HUGE, v))).toArray();
    // On a copy for each call: what evaluate() keeps between calls is not for several threads.
    double quantile = TYPE_7.copy().evaluate(finite, 100 * level);
    // Even the smallest weight that rounding leaves makes more than this of a stand-in.
    return Math.abs(quantile) > 1e50 ? Math.copySign(Double.POSITIVE_INFINITY, quantile) : quantile;
  }

  /**
   * A quantile of numbers that are known only by bounds. A quantile never falls when a value rises,
   * so the quantile of the lower bounds and that of the upper ones are its bounds; they agree
   * wherever the bounds of single values make no difference to it.
   *
   * @return not available if there are no values
   */
  static Bounded of(List<Bounded> values, double level) {
    return values.isEmpty()
        ? Bounded.NOT_AVAILABLE
        : new Bounded(
            of(values.stream().mapToDouble(Bounded::low).toArray(), level),
            of(values.stream().mapToDouble(Bounded::high).toArray(), level));
  }
}
