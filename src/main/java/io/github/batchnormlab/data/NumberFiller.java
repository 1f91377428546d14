package io.github.batchnormlab.data;

import io.github.batchnormlab.data.Cell.Kind;

/** Takes a column of numbers. */
final class NumberFiller implements ColumnFiller {
  private final TableFile file;
  private final Wanted wanted;
  private final double[] values;

  NumberFiller(TableFile file, Wanted wanted, int rows) {
    this.file = file;
    this.wanted = wanted;
    values = new double[rows];
  }

  @Override
  public void put(int row, long line, Cell cell, Kind kind) throws TableException {
    if (kind == Kind.TEXT) { // The survey has seen none.
      throw Filling.hasChanged(file);
    }
    values[row] = kind == Kind.NUMBER ? cell.number() : Double.NaN;
  }

  @Override
  public Column column() {
    return new Column.Numbers(wanted.name(), values);
  }
}
