package io.github.batchnormlab.study;

import java.math.BigDecimal;

/**
 * The interval that a coordinate is drawn from, uniformly.
 *
 * @param low the lower end, included
 * @param high the upper end, excluded
 */
public record Range(double low, double high) {

  /**
   * @param low the lower end, included
   * @param high the upper end, excluded
   * @throws IllegalArgumentException if an end or the width is not finite or low is not below high;
   *     the message is the rule
   */
  public Range {
    low += 0.0; // Of -0 it makes 0, as which it is written.
    high += 0.0;
    if (!(low < high) || Double.isInfinite(low) || Double.isInfinite(high)) {
      throw new IllegalArgumentException(RULE);
    }
    if (Double.isInfinite(high - low)) {
      throw new IllegalArgumentException(
          "must be no wider than the largest number, " + Double.MAX_VALUE);
    }
  }

  private static final String RULE = "must be two finite numbers LOW:HIGH with LOW < HIGH";

  /**
   * Reads {@code LOW:HIGH}.
   *
   * @throws IllegalArgumentException if it is no range; the message is the rule
   */
  static Range parse(String text) {
    String[] ends = text.split(":", -1);
    if (ends.length != 2) {
      throw new IllegalArgumentException(RULE);
    }
    return new Range(end(ends[0]), end(ends[1]));
  }

  private static double end(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(RULE, e);
    }
  }

  /** As {@link #parse} reads it, and as short as that can be. */
  @Override
  public String toString() {
    return shortest(low) + ":" + shortest(high);
  }

  private static String shortest(double end) {
    String plain = new BigDecimal(Double.toString(end)).stripTrailingZeros().toPlainString();
    return plain.length() <= 12 ? plain : Double.toString(end);
  }
}
