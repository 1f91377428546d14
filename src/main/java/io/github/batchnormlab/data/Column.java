package io.github.batchnormlab.data;

import java.util.List;

/** The cells of a column, for each row one. */
sealed interface Column {
  /** As in the header. */
  String name();

  /**
   * Numbers.
   *
   * @param values NaN where a value is missing
   */
  record Numbers(String name, double[] values) implements Column {}

  /**
   * Categories, or classes.
   *
   * @param categories their texts, in the order of their features or of their class indices
   * @param codes for each row an index into the categories, {@link #MISSING} or {@link #UNKNOWN}
   */
  record Categories(String name, List<String> categories, int[] codes) implements Column {
    /** A missing value. */
    static final int MISSING = -1;

    /** A category that is not among them, in a file that is read for another one's columns. */
    static final int UNKNOWN = -2;
  }
}
