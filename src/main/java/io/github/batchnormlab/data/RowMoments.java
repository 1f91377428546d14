package io.github.batchnormlab.data;

import java.io.Serializable;

/**
 * The number, the mean and the sums of products of deviations of some rows, in a form in which
 * those of two sets of rows can be merged:
 *
 * <pre>
 * n = n₁ + n₂,   d = m₂ - m₁
 * m = m₁ + d n₂ / n
 * M = M₁ + M₂ + dᵀ d n₁ n₂ / n,   M₁ = Σ (x - m₁)ᵀ (x - m₁)
 * </pre>
 *
 * <p>Plain sums of squares would lose all digits of rows that are far from zero. Here nothing large
 * is subtracted: a row near all others, the same in all sets, is taken from each row first.
 *
 * <p>Source: T. F. Chan, G. H. Golub and R. J. LeVeque, "Updating formulae and a pairwise algorithm
 * for computing sample variances", 1979.
 *
 * @param rows n
 * @param origin what was taken from each row
 * @param mean m, less the origin
 * @param squares M, column by column; or its diagonal alone
 */
public record RowMoments(long rows, double[] origin, double[] mean, double[] squares)
    implements Serializable {

  /**
   * {@return those of some rows}
   *
   * @param values row by row
   * @param origin a row near the others
   * @param whole whether all products of two columns are summed, else only the squares
   */
  public static RowMoments of(double[] values, double[] origin, boolean whole) {
    int columns = origin.length;
    int rows = values.length / columns;
    double[] mean = new double[columns];
    for (int i = 0; i < values.length; i += columns) {
      for (int j = 0; j < columns; j++) {
        mean[j] += values[i + j] - origin[j];
      }
    }
    for (int j = 0; j < columns; j++) {
      mean[j] /= Math.max(1, rows);
    }
    double[] squares = new double[whole ? columns * columns : columns];
    double[] rest = new double[columns];
    for (int i = 0; i < values.length; i += columns) {
      for (int j = 0; j < columns; j++) {
        rest[j] = values[i + j] - origin[j] - mean[j];
      }
      addProducts(squares, rest, 1);
    }
    return new RowMoments(rows, origin, mean, squares);
  }

  private static void addProducts(double[] squares, double[] rest, double factor) {
    int columns = rest.length;
    if (squares.length == columns) {
      for (int j = 0; j < columns; j++) {
        squares[j] += rest[j] * rest[j] * factor;
      }
      return;
    }
    for (int j = 0; j < columns; j++) {
      for (int k = 0; k < columns; k++) {
        squares[j * columns + k] += rest[j] * rest[k] * factor;
      }
    }
  }

  /**
   * {@return those of these rows and others}
   *
   * @param others the moments of the others, with the same origin
   */
  public RowMoments merge(RowMoments others) {
    if (rows == 0 || others.rows == 0) {
      return rows == 0 ? others : this;
    }
    double all = rows + others.rows;
    double[] difference = new double[mean.length];
    double[] merged = new double[mean.length];
    for (int j = 0; j < mean.length; j++) {
      difference[j] = others.mean[j] - mean[j];
      merged[j] = mean[j] + difference[j] * (others.rows / all);
    }
    double[] sums = new double[squares.length];
    for (int j = 0; j < sums.length; j++) {
      sums[j] = squares[j] + others.squares[j];
    }
    addProducts(sums, difference, rows * (others.rows / all));
    return new RowMoments(rows + others.rows, origin, merged, sums);
  }

  /** {@return the mean of each column} */
  public double[] means() {
    double[] means = new double[mean.length];
    for (int j = 0; j < means.length; j++) {
      means[j] = origin[j] + mean[j];
    }
    return means;
  }

  /**
   * {@return the sum of squares of a column about its mean}
   *
   * @param column which, from 0
   */
  public double squares(int column) {
    return squares[squares.length == mean.length ? column : column * (mean.length + 1)];
  }
}
