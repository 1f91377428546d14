package io.github.batchnormlab.data;

import io.github.batchnormlab.study.ColumnFacts;
import io.github.batchnormlab.study.Task;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The columns of a file that a study uses, as they stand there. Each replica's rows are made of it
 * by {@link #prepare}.
 *
 * <p>A file is read twice, in a stream: for the kinds of its columns, then for its numbers, which
 * alone stay in memory (8 bytes for a number, 4 for a category). A column is numbers if every cell
 * of it is a number or missing, else it is text, and each of its texts is a category; {@link Cell}
 * has the rules.
 */
public final class RawTable {
  private final TableFile file;
  private final Choice choice;
  private final Task task;
  private final List<Wanted> wanted;
  private final List<Column> features;
  private final List<Column> targets;
  private final int rows;
  private final List<ColumnFacts> facts;
  private final long droppedRows;
  private final List<String> warnings;

  RawTable(
      TableFile file,
      Choice choice,
      Task task,
      List<Wanted> wanted,
      List<Column> columns,
      int rows,
      Survey survey,
      List<String> warnings) {
    this.file = file;
    this.choice = choice;
    this.task = task;
    this.wanted = List.copyOf(wanted);
    int targetCount = choice.targets().size();
    features = List.copyOf(columns.subList(0, columns.size() - targetCount));
    targets = List.copyOf(columns.subList(columns.size() - targetCount, columns.size()));
    this.rows = rows;
    facts =
        IntStream.range(0, columns.size())
            .mapToObj(i -> facts(wanted.get(i), columns.get(i), survey.counts(i).missing))
            .toList();
    droppedRows = survey.rows() - rows;
    this.warnings = List.copyOf(warnings);
  }

  private static ColumnFacts facts(Wanted wanted, Column cells, long missing) {
    return new ColumnFacts(
        wanted.name(),
        wanted.target(),
        wanted.form() == Wanted.Form.CATEGORIES,
        cells instanceof Column.Categories text ? text.categories().size() : 0,
        missing);
  }

  /**
   * Reads a file to learn from.
   *
   * @param file the table
   * @param choice which columns, and how
   * @return the table
   * @throws TableException if it is no table, or makes no study
   */
  public static RawTable read(TableFile file, Choice choice) throws TableException {
    return TableReading.toLearn(file, choice);
  }

  /**
   * Reads another file, with the same columns in any order, to test on.
   *
   * @param other the other file
   * @return the table
   * @throws TableException if it is no table, a column is not there, or a cell cannot be taken as
   *     this table's column is
   */
  public RawTable readTest(TableFile other) throws TableException {
    return TableReading.toTest(other, this);
  }

  /**
   * Splits the rows as scikit-learn's {@code train_test_split(..., test_size=share,
   * random_state=seed)} does, and prepares both parts by what the training rows are like. Of {@code
   * RandomState(seed).permutation(rows)} the first ceil(share rows) rows are for testing, the
   * others, in that order, for training.
   *
   * @param seed the replica's
   * @param rule which rows are for testing, and how many
   * @param standardize whether features, and the targets of a regression, are standardized
   * @return the rows
   * @throws TableException if a part would have no row, or fewer than are to be kept, or the rows
   *     cannot be prepared
   */
  public Prepared prepare(int seed, SplitRule rule, boolean standardize) throws TableException {
    return Preparation.split(this, seed, rule, standardize);
  }

  /**
   * Prepares all rows of this table for training and all of another one for testing, in their order
   * in the files.
   *
   * @param seed the replica's, for the shuffling of its epochs
   * @param test what {@link #readTest} gave
   * @param rule which rows are for testing, and how many
   * @param standardize whether numbers are standardized by the training rows
   * @return the rows
   * @throws TableException as the other does
   */
  public Prepared prepare(int seed, RawTable test, SplitRule rule, boolean standardize)
      throws TableException {
    return Preparation.of(this, test, seed, rule, standardize);
  }

  /** {@return where it is from} */
  public TableFile file() {
    return file;
  }

  /** {@return what is learned: as asked for, else as the target is} */
  public Task task() {
    return task;
  }

  /** {@return the rows, without those that are left out} */
  public int rows() {
    return rows;
  }

  /** {@return how many rows are left out, as a value is missing in them} */
  public long droppedRows() {
    return droppedRows;
  }

  /** {@return the columns in use, features first} */
  public List<ColumnFacts> columns() {
    return facts;
  }

  /** {@return the classes in the order of their indices; empty for regression} */
  public List<String> classes() {
    return task == Task.CLASSIFICATION
        ? ((Column.Categories) targets.get(0)).categories()
        : List.of();
  }

  /** {@return what the user should know, in sentences} */
  public List<String> warnings() {
    return warnings;
  }

  Choice choice() {
    return choice;
  }

  /** The columns in use, features first, with their forms and categories. */
  List<Wanted> wanted() {
    return wanted;
  }

  List<Column> features() {
    return features;
  }

  List<Column> targets() {
    return targets;
  }
}
