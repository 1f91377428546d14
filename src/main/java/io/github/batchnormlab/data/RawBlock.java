package io.github.batchnormlab.data;

import java.io.Serializable;

/**
 * Some rows of a table as they were read, one behind the other in the order of the file: the
 * features, then the targets; of a class its index.
 *
 * @param first the number of the first row in the table, from 0
 * @param columns how many values a row has
 * @param values row by row; not copied
 */
public record RawBlock(int first, int columns, double[] values) implements Serializable {
  /**
   * The rows of a block, of which the last may have fewer: so many that what is done once for a
   * block, about a millisecond, is a few per cent of its work.
   */
  public static final int ROWS = 1 << 15;

  /** {@return the number of rows} */
  public int rows() {
    return values.length / columns;
  }

  /**
   * {@return how many blocks there are of some rows}
   *
   * @param rows how many rows there are
   */
  public static int count(int rows) {
    return (rows - 1) / ROWS + 1;
  }
}
