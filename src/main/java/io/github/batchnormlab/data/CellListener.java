package io.github.batchnormlab.data;

import java.util.List;

/** Hears of a file's cells, row by row, while a {@link CsvPass} goes over it. */
interface CellListener {
  /**
   * The names of the columns; none is empty or there twice.
   *
   * @param names without blanks around them
   * @param cells as they stand in the file, blanks and quotes included
   * @throws TableException ends the pass
   */
  void header(List<String> names, List<String> cells) throws TableException;

  /**
   * A cell.
   *
   * @param column from 0
   * @param line where the cell begins, from 1
   * @param chars holds the cell's text; theirs again when the call returns
   * @param from where the text begins
   * @param length how long it is; quotes around it and doubled ones within are gone
   * @param quoted whether quotes were around it
   * @throws TableException ends the pass
   */
  void cell(int column, long line, char[] chars, int from, int length, boolean quoted)
      throws TableException;

  /**
   * The end of a row, which had a cell for each column.
   *
   * @param line where the row begins
   * @throws TableException ends the pass
   */
  void endOfRow(long line) throws TableException;
}
