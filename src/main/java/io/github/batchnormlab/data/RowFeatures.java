package io.github.batchnormlab.data;

import io.github.batchnormlab.data.Cell.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the features of one row after the other, cell by cell, as those of the training were. */
final class RowFeatures {
  private final Preprocessing preprocessing;
  private final Encoder encoder;

  /** For each column of text the place of each of its texts, else null. */
  private final List<Map<String, Integer>> codes = new ArrayList<>();

  private final double[] values;

  RowFeatures(Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
    encoder = new Encoder(preprocessing.columns());
    values = new double[encoder.width()];
    for (FeatureColumn column : preprocessing.columns()) {
      codes.add(
          column instanceof FeatureColumn.Categories text ? indices(text.categories()) : null);
    }
  }

  /** The place of each text in a list. */
  static Map<String, Integer> indices(List<String> texts) {
    Map<String, Integer> indices = new HashMap<>();
    texts.forEach(text -> indices.put(text, indices.size()));
    return indices;
  }

  /**
   * Takes a cell.
   *
   * @param column its place among the columns of features
   * @param kind what it was found to be
   * @return what is wrong with it, as a clause; empty if nothing is
   */
  Optional<String> put(int column, Cell cell, Kind kind) {
    FeatureColumn known = preprocessing.columns().get(column);
    boolean isMissing = kind == Kind.MISSING;
    if (known instanceof FeatureColumn.Numbers numbers) {
      if (kind == Kind.TEXT || isMissing && numbers.fill() == null) {
        return Optional.of(fault(cell, kind));
      }
      encoder.putNumber(column, isMissing ? Double.NaN : cell.number(), values, 0);
    } else if (known instanceof FeatureColumn.Categories categories) {
      if (isMissing && categories.fill() == null) {
        return Optional.of(fault(cell, kind));
      }
      int code = isMissing ? Column.Categories.MISSING : code(column, cell.text());
      encoder.putCategory(column, code, values, 0);
    }
    return Optional.empty();
  }

  /** Why a cell cannot be taken, as a clause. */
  static String fault(Cell cell, Kind kind) {
    return kind == Kind.TEXT ? Shown.noNumber(cell.text()) : Shown.missing(cell.text());
  }

  private int code(int column, String text) {
    return codes.get(column).getOrDefault(text, Column.Categories.UNKNOWN);
  }

  /** Whether a column is of text, and no training row has a category in it. */
  boolean lacks(int column, Cell category) {
    return codes.get(column) != null && !encoder.knows(column, code(column, category.text()));
  }

  /**
   * Standardizes what was put.
   *
   * @return the column whose number is too large for that; empty if there is none
   */
  Optional<String> scale() {
    preprocessing.scaling().apply(values);
    int wrong = preprocessing.scaling().firstNotFinite(values);
    return wrong < 0 ? Optional.empty() : Optional.of(preprocessing.columnOf(wrong));
  }

  /** The features; the next row overwrites them. */
  double[] values() {
    return values;
  }
}
