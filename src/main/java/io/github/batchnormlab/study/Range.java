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
   * @throws IllegalArgumentException if an end or the width is not finite or low is not below high
   */
  public Range {
    if (!(low < high) || !Double.isFinite(high - low)) {
      throw new IllegalArgumentException(
          "A range must go from a lower to a higher finite number, but is " + low + ":" + high);
    }
  }

  /**
   * Reads {@code LOW:HIGH}.
   *
   * @throws IllegalArgumentException if it is no range; the message is the rule
   */
  static Range parse(String text) {
    String[] ends = text.split(":", -1);
    try {
      if (ends.length == 2) {
        return new Range(Double.parseDouble(ends[0]), Double.parseDouble(ends[1]));
      }
    } catch (IllegalArgumentException e) {
      // Not two numbers, or not in order: the one sentence below covers both.
    }
    throw new IllegalArgumentException("must be two finite numbers LOW:HIGH with LOW < HIGH");
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
