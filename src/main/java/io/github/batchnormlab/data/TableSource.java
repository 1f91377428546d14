package io.github.batchnormlab.data;

import io.github.batchnormlab.study.ColumnFacts;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A table from a file, and perhaps another with the rows for testing. */
final class TableSource extends FoundSource {
  /** What begins so is elsewhere; a single letter is a drive. */
  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/");

  private final SplitRule rule;
  private final boolean standardize;
  private RawTable table;

  /** The rows for testing, or null if they are from the same table. */
  private RawTable test;

  private TableSource(
      RawTable table, RawTable test, SplitRule rule, boolean standardize, DataFacts facts) {
    super(facts);
    this.table = table;
    this.test = test;
    this.rule = rule;
    this.standardize = standardize;
  }

  static TableSource read(Settings settings) throws TableException {
    Settings.Table asked = settings.table();
    TableFile file = file("data", asked.data(), settings);
    if (DownloadedImages.areMeantBy(asked.data()) || Files.isDirectory(file.path())) {
      throw new SettingException(
          "data",
          asked.data(),
          "must be a table's file where --target is given (leave --target out for images)");
    }
    Choice choice = choice(asked);
    List<String> sums = new ArrayList<>(List.of(file.sha256()));
    RawTable table = RawTable.read(file, choice);
    RawTable test = null;
    if (!asked.testData().isEmpty()) {
      TableFile testFile = file("test-data", asked.testData(), settings);
      sums.add(testFile.sha256());
      test = table.readTest(testFile);
    }
    SplitRule rule = rule(settings);
    int trainRows = Preparation.trainRows(table, test, rule);
    int testRows = Preparation.testRows(table, test, rule);
    List<String> warnings = new ArrayList<>(table.warnings());
    if (test != null) {
      warnings.addAll(test.warnings());
    }
    DataFacts facts =
        new DataFacts(
            name(file),
            test == null ? "" : name(test.file()),
            sums,
            table.task(),
            trainRows,
            testRows,
            table.droppedRows() + (test == null ? 0 : test.droppedRows()),
            table.columns(),
            table.columns().stream()
                .filter(column -> !column.isTarget())
                .mapToInt(TableSource::width)
                .sum(),
            table.classes(),
            warnings);
    return new TableSource(table, test, rule, asked.standardize(), facts);
  }

  /** What is asked for of a table. */
  static Choice choice(Settings.Table asked) {
    return new Choice(
        names("target", asked.target()),
        asked.ignore().isEmpty() ? List.of() : names("ignore", asked.ignore()),
        asked.task().task().orElse(null),
        asked.missing());
  }

  /** Which rows are asked for. */
  static SplitRule rule(Settings settings) {
    return new SplitRule(
        settings.table().testShare(),
        settings.data().trainSize().count(),
        settings.data().testSize().count());
  }

  /**
   * The same rows in blocks of this process.
   *
   * @throws TableException if the table has what blocks do not take
   */
  BlockSource inBlocks() throws TableException {
    return BlockSource.of(table, rule, standardize, facts);
  }

  static TableFile file(String setting, String path, Settings settings) {
    boolean isAddress = ADDRESS.matcher(path).lookingAt();
    try {
      Path file = Path.of(path);
      if (!isAddress || Files.exists(file)) {
        return new TableFile(file, settings.table().delimiter().character());
      }
    } catch (InvalidPathException e) {
      if (!isAddress) {
        throw new SettingException(setting, path, "must be the path of a file");
      }
    }
    throw new SettingException(
        setting,
        path,
        "must be the path of a file here; an address is read by Spark, with --master and, in a sweep,"
            + " --blocks true");
  }

  private static List<String> names(String setting, String text) {
    try {
      return Choice.names(text);
    } catch (IllegalArgumentException e) {
      throw new SettingException(setting, text, e.getMessage());
    }
  }

  private static String name(TableFile file) {
    return file.path().getFileName().toString();
  }

  private static int width(ColumnFacts column) {
    return column.isText() ? column.categories() : 1;
  }

  @Override
  public Prepared rows(int seed) throws TableException {
    return test == null
        ? table.prepare(seed, rule, standardize)
        : table.prepare(seed, test, rule, standardize);
  }

  /** Lets the rows go, of which each replica has its own copy by then. */
  @Override
  public void close() {
    table = null;
    test = null;
  }
}
