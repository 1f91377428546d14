package io.github.batchnormlab.data;

/**
 * The interval that a coordinate is drawn from, uniformly.
 *
 * @param low the lower end, included
 * @param high the upper end, excluded
 */
public record Range(double low, double high) {

  /** The article's interval. */
  public static final Range MINUS_ONE_TO_ONE = new Range(-1, 1);

  /**
   * @throws IllegalArgumentException if an end or the width is not finite or low is not below high
   */
  public Range {
    if (!(low < high) || !Double.isFinite(high - low)) {
      throw new IllegalArgumentException(
          "A range must go from a lower to a higher finite number, but is " + low + ":" + high);
    }
  }

  @Override
  public String toString() {
    return low + ":" + high;
  }
}
