package io.github.batchnormlab.data;

import java.util.Arrays;

/**
 * Standardization of columns: each value less the column's mean, divided by its deviation.
 *
 * <p>The numbers are those of scikit-learn's {@code StandardScaler} ({@code
 * sklearn.utils.extmath._incremental_mean_and_var} and {@code
 * sklearn.preprocessing._data._is_constant_feature}): sums from the first row to the last, the
 * variance about the mean with a correction for the mean's rounding (Chan, Golub and LeVeque,
 * "Algorithms for computing the sample variance", 1983), divided by the number of rows; a deviation
 * that rounding alone may explain counts as 1.
 *
 * @param means for each column
 * @param deviations for each column, none of them 0
 */
record Scaling(double[] means, double[] deviations) {
  private static final double EPSILON = Math.ulp(1.0);

  /** Leaves columns as they are. */
  static Scaling none(int columns) {
    double[] ones = new double[columns];
    Arrays.fill(ones, 1);
    return new Scaling(new double[columns], ones);
  }

  /**
   * Takes means and deviations of rows. They are not finite if the values are too large.
   *
   * @param values row by row
   * @param columns how many values a row has
   */
  static Scaling of(double[] values, int columns) {
    int rows = values.length / columns;
    double[] means = new double[columns];
    for (int i = 0; i < values.length; i += columns) {
      for (int j = 0; j < columns; j++) {
        means[j] += values[i + j];
      }
    }
    for (int j = 0; j < columns; j++) {
      means[j] /= rows;
    }
    double[] squares = new double[columns];
    double[] rests = new double[columns];
    for (int i = 0; i < values.length; i += columns) {
      for (int j = 0; j < columns; j++) {
        double rest = values[i + j] - means[j];
        rests[j] += rest;
        squares[j] += rest * rest;
      }
    }
    double[] deviations = new double[columns];
    for (int j = 0; j < columns; j++) {
      double variance = (squares[j] - rests[j] * rests[j] / rows) / rows;
      deviations[j] = isConstant(variance, means[j], rows) ? 1 : Math.sqrt(variance);
    }
    return new Scaling(means, deviations);
  }

  /**
   * The same of rows that were summed elsewhere; equal to the other but for rounding.
   *
   * @param moments those of the rows
   */
  static Scaling of(RowMoments moments) {
    double[] means = moments.means();
    double[] deviations = new double[means.length];
    for (int j = 0; j < means.length; j++) {
      double variance = moments.squares(j) / moments.rows();
      deviations[j] = isConstant(variance, means[j], moments.rows()) ? 1 : Math.sqrt(variance);
    }
    return new Scaling(means, deviations);
  }

  /** That of some of the columns. */
  Scaling columns(int from, int to) {
    return new Scaling(
        Arrays.copyOfRange(means, from, to), Arrays.copyOfRange(deviations, from, to));
  }

  private static boolean isConstant(double variance, double mean, long rows) {
    double error = rows * mean * EPSILON;
    return Double.isFinite(variance) && variance <= rows * EPSILON * variance + error * error;
  }

  /** The first column whose mean or deviation is not finite, or -1. */
  int firstNotFinite() {
    for (int j = 0; j < means.length; j++) {
      if (!Double.isFinite(means[j]) || !Double.isFinite(deviations[j])) {
        return j;
      }
    }
    return -1;
  }

  /** Standardizes rows in place. */
  void apply(double[] values) {
    for (int i = 0; i < values.length; i += means.length) {
      for (int j = 0; j < means.length; j++) {
        values[i + j] = (values[i + j] - means[j]) / deviations[j];
      }
    }
  }

  /**
   * The column of the first value that is not finite, or -1: its own deviation is far too small.
   */
  int firstNotFinite(double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        return i % means.length;
      }
    }
    return -1;
  }

  /** Undoes it in place. */
  void invert(double[] values) {
    for (int i = 0; i < values.length; i += means.length) {
      for (int j = 0; j < means.length; j++) {
        values[i + j] = values[i + j] * deviations[j] + means[j];
      }
    }
  }
}
