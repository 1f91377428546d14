package io.github.batchnormlab.data;

import java.util.Arrays;
import java.util.List;

/**
 * Makes features of columns, row by row: numbers as they are, categories as zeros and a one, with
 * what stands in for missing values; not yet standardized.
 */
final class Encoder {
  /** So many rows of all features stay in the processor's cache while columns are written. */
  private static final int BLOCK = 256;

  private final List<FeatureColumn> columns;

  /** Where each column's features begin in a row. */
  private final int[] begins;

  private final int width;

  /** For each column of text {@link FeatureColumn.Categories#places}, else null. */
  private final int[][] places;

  /** For each column of text the place of what stands in for a missing category. */
  private final int[] fills;

  Encoder(List<FeatureColumn> columns) {
    this.columns = columns;
    begins = new int[columns.size()];
    places = new int[columns.size()][];
    fills = new int[columns.size()];
    int next = 0;
    for (int i = 0; i < begins.length; i++) {
      begins[i] = next;
      if (columns.get(i) instanceof FeatureColumn.Categories text) {
        places[i] = text.places();
        fills[i] = text.fill() == null ? -1 : text.categories().indexOf(text.fill());
      }
      next += columns.get(i).width();
    }
    width = next;
  }

  /** How many features a row has. */
  int width() {
    return width;
  }

  /**
   * Makes features of some rows.
   *
   * @param cells the columns of the file, in the order of this one's
   * @param rows which, in order
   * @return row by row
   */
  double[] features(List<Column> cells, int[] rows) {
    double[] features = new double[Math.multiplyExact(rows.length, width)];
    for (int from = 0; from < rows.length; from += BLOCK) {
      int to = Math.min(from + BLOCK, rows.length);
      for (int i = 0; i < begins.length; i++) {
        Column column = cells.get(i);
        for (int row = from; row < to; row++) {
          put(i, column, rows[row], features, row * width);
        }
      }
    }
    return features;
  }

  private void put(int i, Column column, int row, double[] features, int at) {
    if (column instanceof Column.Numbers numbers) {
      putNumber(i, numbers.values()[row], features, at);
    } else if (column instanceof Column.Categories text) {
      putCategory(i, text.codes()[row], features, at);
    }
  }

  /** Puts a number, NaN if it is missing, into a row of features that begins at a place. */
  void putNumber(int column, double value, double[] features, int at) {
    double number = value;
    if (Double.isNaN(value)) {
      number = ((FeatureColumn.Numbers) columns.get(column)).fill();
    }
    features[at + begins[column]] = number;
  }

  /** Whether a training row has the category of a code. */
  boolean knows(int column, int code) {
    return code >= 0 && places[column][code] >= 0;
  }

  /** Puts a category by its code in {@link Column.Categories}. */
  void putCategory(int column, int code, double[] features, int at) {
    int[] all = places[column];
    int begin = at + begins[column];
    Arrays.fill(features, begin, begin + all.length, 0);
    int place = code == Column.Categories.MISSING ? fills[column] : code < 0 ? -1 : all[code];
    if (place >= 0) {
      features[begin + place] = 1;
    }
  }
}
