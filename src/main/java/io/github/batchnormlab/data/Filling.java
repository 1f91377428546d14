package io.github.batchnormlab.data;

import io.github.batchnormlab.data.Cell.Kind;
import io.github.batchnormlab.data.Wanted.Form;
import java.util.ArrayList;
import java.util.List;

/**
 * The second pass over a file, which takes the cells into arrays of their final size.
 *
 * <p>A row that is left out for a missing value is overwritten by the next one.
 */
final class Filling implements CellListener {
  private final TableFile file;
  private final List<String> header;
  private final int[] places;
  private final List<ColumnFiller> fillers = new ArrayList<>();
  private final Cell cell = new Cell();
  private final boolean dropIncomplete;
  private final int rows;
  private int row;
  private boolean rowIsComplete = true;

  private Filling(
      TableFile file, Survey survey, List<Wanted> wanted, int rows, boolean dropIncomplete) {
    this.file = file;
    this.rows = rows;
    this.dropIncomplete = dropIncomplete;
    header = survey.header();
    places = Survey.places(header, wanted);
    for (Wanted column : wanted) {
      fillers.add(
          column.form() == Form.NUMBERS
              ? new NumberFiller(file, column, rows)
              : new CategoryFiller(file, column, rows));
    }
  }

  /**
   * Goes over a file.
   *
   * @param survey of the same file
   * @param wanted its columns, with their forms
   * @param rows how many there will be
   * @param dropIncomplete whether rows with missing values are left out
   * @return the columns in the order of those wanted
   */
  static List<ColumnFiller> of(
      TableFile file, Survey survey, List<Wanted> wanted, int rows, boolean dropIncomplete)
      throws TableException {
    Filling filling = new Filling(file, survey, wanted, rows, dropIncomplete);
    CsvPass.over(file, filling);
    filling.check(filling.row == rows);
    return filling.fillers;
  }

  private void check(boolean asSurveyed) throws TableException {
    if (!asSurveyed) {
      throw hasChanged(file);
    }
  }

  /** The fault of a file that is another one in the second pass. */
  static TableException hasChanged(TableFile file) {
    return TableException.of(file.path(), "has changed while it was read");
  }

  @Override
  public void header(List<String> names, List<String> cells) throws TableException {
    check(names.equals(header));
  }

  @Override
  public void cell(int column, long line, char[] chars, int from, int length, boolean quoted)
      throws TableException {
    int place = places[column];
    if (place < 0) {
      return;
    }
    Kind kind = cell.read(chars, from, length, quoted);
    if (kind == Kind.MISSING) {
      rowIsComplete = false;
    }
    // A row too many is a complete one or none is dropped: it has no place.
    check(row < rows || dropIncomplete);
    if (row < rows) {
      fillers.get(place).put(row, line, cell, kind);
    }
  }

  @Override
  public void endOfRow(long line) throws TableException {
    if (rowIsComplete || !dropIncomplete) {
      check(row < rows);
      row++;
    }
    rowIsComplete = true;
  }
}
