package io.github.batchnormlab.data;

import io.github.batchnormlab.study.Missing;
import io.github.batchnormlab.study.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fits the preparation to training rows.
 *
 * @param preprocessing the preparation
 * @param table those rows, prepared
 */
record Fit(Preprocessing preprocessing, Table table) {

  /**
   * Fits.
   *
   * @param rows the training rows
   * @throws TableException if nothing can stand in for missing values, or numbers are too large
   */
  static Fit to(RawTable raw, int[] rows, boolean standardize) throws TableException {
    List<FeatureColumn> columns = new ArrayList<>();
    for (Column column : raw.features()) {
      columns.add(featureColumn(raw, column, rows));
    }
    double[] x = new Encoder(columns).features(raw.features(), rows);
    int width = x.length / rows.length;
    Scaling scaling = standardize ? Scaling.of(x, width) : Scaling.none(width);
    TargetColumns targets = TargetColumns.of(raw);
    int outputs = raw.targets().size();
    double[] y = targets.values(raw.targets(), rows);
    boolean scaleTargets = standardize && raw.task() == Task.REGRESSION;
    Scaling targetScaling = scaleTargets ? Scaling.of(y, outputs) : Scaling.none(outputs);
    Preprocessing preprocessing =
        new Preprocessing(columns, scaling, targets, targetScaling, standardize);
    checkFinite(raw, preprocessing);
    scaling.apply(x);
    targetScaling.apply(y);
    return new Fit(
        preprocessing, new Table(preprocessing.features(), preprocessing.targets(), x, y));
  }

  private static FeatureColumn featureColumn(RawTable raw, Column column, int[] rows)
      throws TableException {
    boolean fill = raw.choice().missing() == Missing.MEDIAN;
    if (column instanceof Column.Numbers numbers) {
      return new FeatureColumn.Numbers(column.name(), fill ? median(raw, numbers, rows) : null);
    }
    Column.Categories text = (Column.Categories) column;
    int[] counts = new int[text.categories().size()];
    for (int row : rows) {
      if (text.codes()[row] >= 0) {
        counts[text.codes()[row]]++;
      }
    }
    List<String> unseen = new ArrayList<>();
    int most = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] == 0) {
        unseen.add(text.categories().get(i));
      }
      most = counts[i] > counts[most] ? i : most;
    }
    if (fill && counts[most] == 0) {
      throw nothingToFill(raw, column);
    }
    return new FeatureColumn.Categories(
        column.name(), text.categories(), unseen, fill ? text.categories().get(most) : null);
  }

  /** NumPy's: of an even number of values the mean of the two in the middle. */
  private static double median(RawTable raw, Column.Numbers column, int[] rows)
      throws TableException {
    double[] values =
        Arrays.stream(rows)
            .mapToDouble(row -> column.values()[row])
            .filter(value -> !Double.isNaN(value))
            .sorted()
            .toArray();
    if (values.length == 0) {
      throw nothingToFill(raw, column);
    }
    double high = values[values.length / 2];
    double low = values[(values.length - 1) / 2];
    double sum = low + high;
    return Double.isFinite(sum) ? sum / 2 : low / 2 + high / 2;
  }

  private static TableException nothingToFill(RawTable raw, Column column) {
    return TableException.of(
        raw.file().path(),
        column.name(),
        "every value is missing in the training rows, so nothing can stand in for it; --ignore leaves"
            + " the column out");
  }

  private static void checkFinite(RawTable raw, Preprocessing preprocessing) throws TableException {
    int feature = preprocessing.scaling().firstNotFinite();
    int target = preprocessing.targetScaling().firstNotFinite();
    if (feature >= 0 || target >= 0) {
      throw notFinite(
          raw.file().name(),
          feature >= 0 ? preprocessing.columnOf(feature) : preprocessing.targets().get(target));
    }
  }

  /** The fault of a column whose numbers overflow. */
  static TableException notFinite(String file, String column) {
    return TableException.of(
        file,
        column,
        "its numbers are too large to be standardized: their deviation is not finite");
  }
}
