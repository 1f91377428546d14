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

  /**
   * How many rows a replica trains on.
   *
   * @param test the table with the test rows, or null if they are from the same
   * @throws TableException if there are none, or fewer than are to be kept
   */
  static int trainRows(RawTable table, RawTable test, SplitRule rule) throws TableException {
    return test == null
        ? trainRows(table.file().name(), table.rows(), rule)
        : kept(table.file().name(), rule.trainSize(), "training", table.rows());
  }

  /** How many rows a replica is tested on, see {@link #trainRows}. */
  static int testRows(RawTable table, RawTable test, SplitRule rule) throws TableException {
    return test == null
        ? testRows(table.file().name(), table.rows(), rule)
        : kept(test.file().name(), rule.testSize(), "test", test.rows());
  }

  /** How many rows of a table with so many are learned, where others of it are for testing. */
  static int trainRows(String file, int rows, SplitRule rule) throws TableException {
    return kept(file, rule.trainSize(), "training", rows - shared(file, rows, rule));
  }

  /** How many are for testing, see the other. */
  static int testRows(String file, int rows, SplitRule rule) throws TableException {
    return kept(file, rule.testSize(), "test", shared(file, rows, rule));
  }

  /** Splits one table. */
  static Prepared split(RawTable table, int seed, SplitRule rule, boolean standardize)
      throws TableException {
    int testRows = shared(table.file().name(), table.rows(), rule);
    int trainRows = trainRows(table, null, rule);
    NumberStream numbers = new NumberStream(seed);
    int[] order = numbers.permutation(table.rows());
    return prepare(
        table,
        Arrays.copyOfRange(order, testRows, testRows + trainRows),
        table,
        Arrays.copyOf(order, testRows(table, null, rule)),
        numbers,
        standardize);
  }

  /** How many rows of a table are for testing. */
  static int shared(String file, int rows, SplitRule rule) throws TableException {
    int testRows = (int) Math.ceil(rule.testShare() * rows);
    if (testRows == rows) {
      throw TableException.of(
          file,
          "has "
              + rows
              + " rows, of which a test share of "
              + rule.testShare()
              + " leaves none for training");
    }
    return testRows;
  }

  /** Takes one table for training and one for testing. */
  static Prepared of(RawTable train, RawTable test, int seed, SplitRule rule, boolean standardize)
      throws TableException {
    return prepare(
        train,
        IntStream.range(0, trainRows(train, test, rule)).toArray(),
        test,
        IntStream.range(0, testRows(train, test, rule)).toArray(),
        new NumberStream(seed),
        standardize);
  }

  private static int kept(String file, OptionalInt size, String part, int rows)
      throws TableException {
    if (size.orElse(0) > rows) {
      throw TableException.of(
          file,
          "has "
              + rows
              + (rows == 1 ? " row" : " rows")
              + " for the "
              + part
              + " set, fewer than the "
              + size.getAsInt()
              + " that are asked for");
    }
    return size.orElse(rows);
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
      warnings.add(Doubts.lacking(test.file(), column, kind, "test row", lacking.length, names));
    }
  }
}
