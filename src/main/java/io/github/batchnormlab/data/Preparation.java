package io.github.batchnormlab.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Makes the rows of a replica: splits them, and prepares them by what the training rows are like.
 */
final class Preparation {
  private Preparation() {}

  /** Splits one table. */
  static Prepared split(RawTable table, int seed, SplitRule rule, boolean standardize)
      throws TableException {
    int rows = table.rows();
    int testRows = (int) Math.ceil(rule.testShare() * rows);
    if (testRows == rows) {
      throw TableException.of(
          table.file().path(),
          "has "
              + rows
              + " rows, of which a test share of "
              + rule.testShare()
              + " leaves none for training");
    }
    NumberStream numbers = new NumberStream(seed);
    int[] order = numbers.permutation(rows);
    return prepare(
        table,
        first(table, rule.trainSize(), "training", Arrays.copyOfRange(order, testRows, rows)),
        table,
        first(table, rule.testSize(), "test", Arrays.copyOf(order, testRows)),
        numbers,
        standardize);
  }

  /** Takes one table for training and one for testing. */
  static Prepared of(RawTable train, RawTable test, int seed, SplitRule rule, boolean standardize)
      throws TableException {
    return prepare(
        train,
        first(train, rule.trainSize(), "training", IntStream.range(0, train.rows()).toArray()),
        test,
        first(test, rule.testSize(), "test", IntStream.range(0, test.rows()).toArray()),
        new NumberStream(seed),
        standardize);
  }

  private static int[] first(RawTable table, OptionalInt size, String part, int[] rows)
      throws TableException {
    if (size.orElse(0) > rows.length) {
      throw TableException.of(
          table.file().path(),
          "has "
              + rows.length
              + (rows.length == 1 ? " row" : " rows")
              + " for the "
              + part
              + " set, fewer than the "
              + size.getAsInt()
              + " that are asked for");
    }
    return size.isPresent() ? Arrays.copyOf(rows, size.getAsInt()) : rows;
  }

  private static Prepared prepare(
      RawTable train,
      int[] trainRows,
      RawTable test,
      int[] testRows,
      NumberStream numbers,
      boolean standardize)
      throws TableException {
    Fit fit = Fit.to(train, trainRows, standardize);
    Preprocessing preprocessing = fit.preprocessing();
    Table testTable = preprocessing.table(test, testRows);
    return new Prepared(
        new Split(fit.table(), testTable),
        preprocessing,
        numbers,
        warnings(preprocessing, train, trainRows, test, testRows));
  }

  /** What test rows have that no training row taught. */
  private static List<String> warnings(
      Preprocessing preprocessing, RawTable train, int[] trainRows, RawTable test, int[] testRows) {
    List<String> warnings = new ArrayList<>();
    for (int i = 0; i < test.features().size(); i++) {
      if (preprocessing.columns().get(i) instanceof FeatureColumn.Categories column
          && test.features().get(i) instanceof Column.Categories cells) {
        int[] places = column.places();
        int[] lacking =
            Arrays.stream(testRows)
                .map(row -> cells.codes()[row])
                .filter(code -> code >= 0 && places[code] < 0)
                .toArray();
        add(warnings, test, column.name(), "category", lacking, cells);
      }
    }
    if (train.targets().get(0) instanceof Column.Categories learned
        && test.targets().get(0) instanceof Column.Categories cells) {
      boolean[] seen = new boolean[learned.categories().size()];
      Arrays.stream(trainRows).forEach(row -> seen[learned.codes()[row]] = true);
      int[] lacking =
          Arrays.stream(testRows)
              .map(row -> cells.codes()[row])
              .filter(code -> !seen[code])
              .toArray();
      add(warnings, test, cells.name(), "class", lacking, cells);
    }
    return warnings;
  }

  private static void add(
      List<String> warnings,
      RawTable test,
      String column,
      String kind,
      int[] lacking,
      Column.Categories cells) {
    if (lacking.length > 0) {
      List<String> names =
          Arrays.stream(lacking).distinct().sorted().mapToObj(cells.categories()::get).toList();
      warnings.add(Doubts.lacking(test.file(), column, kind, lacking.length, names));
    }
  }
}
