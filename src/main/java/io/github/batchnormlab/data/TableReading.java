package io.github.batchnormlab.data;

import io.github.batchnormlab.data.Wanted.Form;
import io.github.batchnormlab.study.Missing;
import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Both passes over a file, and what is checked between and behind them. */
final class TableReading {
  /** An array of float64 that goes to PyTorch holds at most 2^31 - 1 bytes. */
  private static final long MOST_NUMBERS = Integer.MAX_VALUE / Double.BYTES;

  /** A table in memory, and the rows of one replica. */
  private static final long COPIES = 2;

  private final TableFile file;
  private final Choice choice;
  private final Survey survey;
  private final boolean drop;
  private final long rows;

  private TableReading(TableFile file, Choice choice, Survey survey) {
    this.file = file;
    this.choice = choice;
    this.survey = survey;
    drop = choice.missing() == Missing.DROP;
    rows = drop ? survey.completeRows() : survey.rows();
  }

  /** Reads a file, whose columns are not known yet. */
  static RawTable toLearn(TableFile file, Choice choice) throws TableException {
    TableReading reading = new TableReading(file, choice, Survey.of(file, Selection.of(choice)));
    List<Wanted> wanted = reading.withForms();
    Task task = TargetRule.task(file, choice, reading.survey, wanted);
    if (task == Task.CLASSIFICATION) {
      int target = wanted.size() - 1;
      if (wanted.get(target).form() == Form.NUMBERS) {
        wanted.set(target, wanted.get(target).as(Form.NUMBERED_CLASSES));
      }
    }
    reading.checkMissing(wanted);
    reading.checkRows(2);
    reading.checkSize(wanted.size(), "");
    List<Column> columns = columns(reading.fill(wanted));
    for (int i = 0; i < wanted.size(); i++) {
      if (columns.get(i) instanceof Column.Categories text) {
        wanted.set(i, wanted.get(i).with(text.categories()));
      }
    }
    reading.checkSize(width(columns), widest(columns));
    List<String> warnings = new Doubts(file, reading.survey).about(wanted, columns);
    return reading.table(task, wanted, columns, warnings);
  }

  /** Reads a file whose columns are another table's. */
  static RawTable toTest(TableFile file, RawTable known) throws TableException {
    String whose = Plain.text(known.file().name());
    List<Wanted> wanted = known.wanted();
    TableReading reading =
        new TableReading(file, known.choice(), Survey.of(file, Selection.of(wanted, whose)));
    reading.checkMissing(wanted);
    reading.checkRows(1);
    reading.checkSize(width(known.features()) + known.targets().size(), "");
    List<ColumnFiller> fillers = reading.fill(wanted);
    List<String> warnings = new Doubts(file, reading.survey).aboutUnknown(fillers);
    return reading.table(known.task(), wanted, columns(fillers), warnings);
  }

  private RawTable table(
      Task task, List<Wanted> wanted, List<Column> columns, List<String> warnings) {
    return new RawTable(file, choice, task, wanted, columns, (int) rows, survey, warnings);
  }

  private List<Wanted> withForms() {
    List<Wanted> wanted = new ArrayList<>();
    for (int i = 0; i < survey.wanted().size(); i++) {
      Form form = survey.counts(i).texts > 0 ? Form.CATEGORIES : Form.NUMBERS;
      wanted.add(survey.wanted().get(i).as(form));
    }
    return wanted;
  }

  private List<ColumnFiller> fill(List<Wanted> wanted) throws TableException {
    return Filling.of(file, survey, wanted, (int) rows, drop);
  }

  private static List<Column> columns(List<ColumnFiller> fillers) {
    return fillers.stream().map(ColumnFiller::column).toList();
  }

  private void checkMissing(List<Wanted> wanted) throws TableException {
    if (!drop) {
      MissingRule.check(file, survey, wanted, choice.missing() == Missing.MEDIAN);
    }
  }

  private void checkRows(int atLeast) throws TableException {
    if (rows >= atLeast) {
      return;
    }
    String left =
        drop && survey.rows() > rows ? " left without those in which a value is missing" : "";
    throw TableException.of(
        file.path(),
        rows == 0 ? "has no row" + left : "has only one row" + left + ", and a study needs two");
  }

  private void checkSize(long columns, String widest) throws TableException {
    if (rows * columns > MOST_NUMBERS) {
      throw tooLarge(
          columns, "more than the " + MOST_NUMBERS + " that one array can hold" + widest);
    }
    long bytes = COPIES * rows * columns * Double.BYTES;
    if (bytes > Runtime.getRuntime().maxMemory()) {
      throw tooLarge(
          columns,
          "which need about "
              + mebibytes(bytes)
              + " MiB, but Java may use "
              + mebibytes(Runtime.getRuntime().maxMemory())
              + " (-Xmx)"
              + widest);
    }
  }

  /** The feature that became the most columns, if those are so many that it may be an id. */
  private static String widest(List<Column> columns) {
    return columns.stream()
        .filter(Column.Categories.class::isInstance)
        .map(Column.Categories.class::cast)
        .filter(column -> column.categories().size() > Doubts.MANY_CATEGORIES)
        .max(Comparator.comparingInt(column -> column.categories().size()))
        .map(
            column ->
                "; the column "
                    + Shown.quoted(column.name())
                    + " alone has "
                    + column.categories().size()
                    + " categories, and --ignore leaves it out")
        .orElse("");
  }

  private TableException tooLarge(long columns, String why) {
    return TableException.of(
        file.path(),
        "is too large: "
            + rows
            + " rows of "
            + columns
            + " columns, each category being one, are "
            + rows * columns
            + " numbers, "
            + why);
  }

  private static long mebibytes(long bytes) {
    return bytes >> 20;
  }

  /** The columns after each category has become one. */
  private static long width(List<Column> columns) {
    return columns.stream()
        .mapToLong(
            column -> column instanceof Column.Categories text ? text.categories().size() : 1)
        .sum();
  }
}
