package io.github.batchnormlab.report;

import java.util.function.DoubleFunction;

/**
 * A number that is known exactly, or only to lie between two bounds, or not at all.
 *
 * <p>Bounds come from censoring: a loss that was not reached within 10,000 epochs is reached at
 * epoch 10,000 or later, so the number is [10,000, ∞).
 *
 * <p>A number may be infinite, too: smaller or larger than any other. Then both bounds are.
 *
 * @param low the lower bound, -∞ if there is none, NaN if the number is not available
 * @param high the upper bound, ∞ if there is none, NaN if the number is not available
 */
record Bounded(double low, double high) {
  static final Bounded NOT_AVAILABLE = new Bounded(Double.NaN, Double.NaN);

  /** Larger than any other number, and so worse. */
  static final Bounded INFINITE = exactly(Double.POSITIVE_INFINITY);

  /** Smaller than any other number, and so worse where larger is better. */
  static final Bounded LEAST = exactly(Double.NEGATIVE_INFINITY);

  /** A number of which nothing is known. */
  static final Bounded ANY = new Bounded(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  static Bounded exactly(double value) {
    return new Bounded(value, value);
  }

  static Bounded atLeast(double low) {
    return new Bounded(low, Double.POSITIVE_INFINITY);
  }

  /** Whether anything is known, if only a bound. */
  boolean isAvailable() {
    return !Double.isNaN(low);
  }

  boolean isExact() {
    return low == high && Double.isFinite(low);
  }

  /** Whether there is a bound on either side; it may be infinite itself. */
  boolean saysSomething() {
    return low > Double.NEGATIVE_INFINITY || high < Double.POSITIVE_INFINITY;
  }

  /** Whether all that the number can be lies strictly below {@code value}. */
  boolean isBelow(double value) {
    return high < value;
  }

  /** Whether all that the number can be lies strictly above {@code value}. */
  boolean isAbove(double value) {
    return low > value;
  }

  /** Whether all that the number can be lies between the two, which are part of the range. */
  boolean isWithin(double from, double to) {
    return low >= from && high <= to;
  }

  /** The number for people: {@code 3}, {@code ≥ 3}, {@code ≤ 3}, {@code 2 to 3} or a word. */
  String text(DoubleFunction<String> format) {
    if (!isAvailable()) {
      return "not available";
    }
    if (low == high) {
      return format.apply(low);
    }
    return hasLow()
        ? hasHigh()
            ? format.apply(low) + " to " + format.apply(high)
            : "≥\u00a0" + format.apply(low)
        : hasHigh() ? "≤\u00a0" + format.apply(high) : "undecided";
  }

  /** Everything between the bounds for people: {@code 2 to 3}, or an end left open. */
  String rangeText(DoubleFunction<String> format) {
    if (!isAvailable()) {
      return "not available";
    }
    if (hasLow() && hasHigh()) {
      return format.apply(low) + " to " + format.apply(high);
    }
    return text(format);
  }

  private boolean hasLow() {
    return Double.isFinite(low);
  }

  private boolean hasHigh() {
    return Double.isFinite(high);
  }
}
