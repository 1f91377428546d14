package io.github.batchnormlab.cli;

import io.github.batchnormlab.study.ColumnFacts;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Task;
import java.io.PrintStream;
import java.util.Locale;

/** What was found of a table or of images, in a few lines of text. */
final class DataTable {
  /** A table may have thousands of columns. */
  private static final int MOST_COLUMNS = 30;

  private static final int WIDEST_NAME = 40;

  private DataTable() {}

  static void print(DataFacts facts, Settings.Kind kind, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "%s: %s, %s and %s%s%s, %s of %s%n",
        Plain.text(facts.name()),
        facts.task(),
        Plain.count(facts.trainRows(), "training " + kind.row()),
        Plain.count(facts.testRows(), "test " + kind.row()),
        facts.testName().isEmpty() ? "" : " from " + Plain.text(facts.testName()),
        facts.droppedRows() == 0
            ? ""
            : ", " + Plain.count(facts.droppedRows(), "row") + " left out for missing values",
        Plain.count(facts.inputs(), "input"),
        kind == Settings.Kind.IMAGES
            ? "a pixel each"
            : Plain.count(facts.features().size(), "column"));
    int width =
        facts.columns().stream()
            .mapToInt(column -> Plain.cut(column.name(), WIDEST_NAME).length())
            .max()
            .orElse(1);
    facts.columns().stream()
        .filter(ColumnFacts::isTarget)
        .limit(MOST_COLUMNS)
        .forEach(column -> print(column, facts.task(), width, out));
    facts.features().stream()
        .limit(MOST_COLUMNS)
        .forEach(column -> print(column, facts.task(), width, out));
    int left =
        facts.columns().size()
            - Math.min(MOST_COLUMNS, facts.targets().size())
            - Math.min(MOST_COLUMNS, facts.features().size());
    if (left > 0) {
      out.printf("  and %s%n", Plain.count(left, "more column"));
    }
    out.flush();
  }

  private static void print(ColumnFacts column, Task task, int width, PrintStream out) {
    out.printf(
        "  %-7s  %-" + width + "s  %s%s%n",
        column.isTarget() ? "target" : "feature",
        Plain.cut(column.name(), WIDEST_NAME),
        column.kind(task),
        column.missing() == 0 ? "" : ", " + Plain.count(column.missing()) + " missing");
  }
}
