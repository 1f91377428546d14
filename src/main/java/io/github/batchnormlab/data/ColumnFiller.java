package io.github.batchnormlab.data;

import io.github.batchnormlab.data.Cell.Kind;

/** Takes a column's cells one after the other. */
interface ColumnFiller {
  /**
   * Takes a cell; a second one for the same row replaces the first.
   *
   * @param line where it is
   * @param kind what the cell is
   */
  void put(int row, long line, Cell cell, Kind kind) throws TableException;

  /** The column, once it has a cell for each row. */
  Column column();
}
