package io.github.batchnormlab.data;

import java.util.Map;

/** Prepares a row that is not from a file. */
final class OneRow {
  private final Preprocessing preprocessing;
  private final Encoder encoder;
  private final Cell cell = new Cell();

  OneRow(Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
    encoder = new Encoder(preprocessing.columns());
  }

  double[] features(Map<String, String> texts) {
    double[] features = new double[encoder.width()];
    int place = 0;
    for (FeatureColumn column : preprocessing.columns()) {
      String text = texts.getOrDefault(column.name(), "");
      // A category is taken as it stands, as one in quotes is in a file.
      boolean isText = column instanceof FeatureColumn.Categories;
      Cell.Kind kind = cell.read(text.toCharArray(), 0, text.length(), isText);
      if (column instanceof FeatureColumn.Numbers numbers) {
        check(kind != Cell.Kind.TEXT, column, Shown.quoted(text) + " is no number");
        check(kind == Cell.Kind.NUMBER || numbers.fill() != null, column, "the value is missing");
        encoder.putNumber(
            place, kind == Cell.Kind.NUMBER ? cell.number() : Double.NaN, features, 0);
      } else if (column instanceof FeatureColumn.Categories categories) {
        boolean isMissing = kind == Cell.Kind.MISSING;
        check(!isMissing || categories.fill() != null, column, "the value is missing");
        int code = categories.categories().indexOf(cell.text());
        encoder.putCategory(
            place,
            isMissing ? Column.Categories.MISSING : code < 0 ? Column.Categories.UNKNOWN : code,
            features,
            0);
      }
      place++;
    }
    preprocessing.scaling().apply(features);
    int wrong = preprocessing.scaling().firstNotFinite(features);
    if (wrong >= 0) {
      throw new IllegalArgumentException(
          "Column "
              + Shown.quoted(preprocessing.columnOf(wrong))
              + ": the number "
              + Preprocessing.TOO_LARGE);
    }
    return features;
  }

  private static void check(boolean holds, FeatureColumn column, String what) {
    if (!holds) {
      throw new IllegalArgumentException("Column " + Shown.quoted(column.name()) + ": " + what);
    }
  }
}
