package io.github.batchnormlab.data;

import java.util.OptionalInt;

/**
 * Which rows are learned, and which are for testing.
 *
 * @param testShare the share of rows for testing, above 0 and below 1; without effect where another
 *     file has the rows for testing
 * @param trainSize how many training rows to keep, from the first on; without it all
 * @param testSize how many test rows to keep, likewise
 */
public record SplitRule(double testShare, OptionalInt trainSize, OptionalInt testSize) {

  /**
   * @param testShare the share of rows for testing, above 0 and below 1; without effect where
   *     another file has the rows for testing
   * @param trainSize how many training rows to keep, from the first on; without it all
   * @param testSize how many test rows to keep, likewise
   * @throws IllegalArgumentException if the share is none, or a size is below 1
   */
  public SplitRule {
    if (!(testShare > 0 && testShare < 1)) {
      throw new IllegalArgumentException(
          "The share of test rows must be above 0 and below 1, but is " + testShare);
    }
    if (trainSize.orElse(1) < 1 || testSize.orElse(1) < 1) {
      throw new IllegalArgumentException("At least 1 row must be kept of each part");
    }
  }

  /**
   * {@return all rows, a share of them for testing}
   *
   * @param testShare the share that is for testing
   */
  public static SplitRule ofShare(double testShare) {
    return new SplitRule(testShare, OptionalInt.empty(), OptionalInt.empty());
  }
}
