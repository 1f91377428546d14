package io.github.batchnormlab.report;

import io.github.batchnormlab.study.ColumnFacts;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a page says of the table that was learned. The template reads the record by name.
 *
 * @param facts what holds of the whole table, by what it is
 * @param columns the columns, targets first, as far as they are shown
 * @param leftOut a sentence on the columns that are not, or empty
 * @param warnings what the user should know
 */
record DataSection(
    Map<String, String> facts, List<Column> columns, String leftOut, List<String> warnings) {
  /** More of the targets, and of the features, nobody reads on a page. */
  static final int MOST_COLUMNS = 30;

  private static final int MOST_CLASSES = 20;

  /** Of a set of images, in the order of their sums. */
  private static final List<String> FILES_OF_IMAGES =
      List.of("training images", "training labels", "test images", "test labels");

  private static final int MOST_WARNINGS = 20;

  /** What is known of a column. */
  record Column(String name, String role, String kind, String missing) {}

  static DataSection of(DataFacts data, Settings.Kind kind) {
    if (kind == Settings.Kind.IMAGES) {
      return new DataSection(ofImages(data), List.of(), "", warnings(data.warnings()));
    }
    List<ColumnFacts> targets = data.columns().stream().filter(ColumnFacts::isTarget).toList();
    List<Column> columns =
        Stream.concat(
                targets.stream().limit(MOST_COLUMNS), data.features().stream().limit(MOST_COLUMNS))
            .map(column -> column(column, data.task()))
            .toList();
    int left = data.columns().size() - columns.size();
    return new DataSection(
        facts(data),
        columns,
        left == 0
            ? ""
            : "Shown are the first "
                + MOST_COLUMNS
                + " targets and features at most; "
                + Plain.count(left, "more column")
                + (left == 1 ? " is" : " are")
                + " in use.",
        warnings(data.warnings()));
  }

  private static Map<String, String> facts(DataFacts data) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("File", Names.of(data.name()));
    if (!data.testName().isEmpty()) {
      facts.put("File of the test rows", Names.of(data.testName()));
    }
    facts.put("Task", data.task().toString());
    facts.put("Training rows of a replica", Plain.count(data.trainRows()));
    facts.put("Test rows of a replica", Plain.count(data.testRows()));
    if (data.droppedRows() > 0) {
      facts.put("Rows left out, for missing values", Plain.count(data.droppedRows()));
    }
    facts.put("Features", Plain.count(data.features().size(), "column"));
    facts.put("Inputs of the network", Plain.count(data.inputs()));
    if (!data.classes().isEmpty()) {
      facts.put("Classes", classes(data));
    }
    for (int i = 0; i < data.sums().size(); i++) {
      facts.put("SHA-256 of the file" + (i == 0 ? "" : " of the test rows"), data.sums().get(i));
    }
    return facts;
  }

  private static Map<String, String> ofImages(DataFacts data) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Files", Names.of(data.name()));
    facts.put("Training images of a replica", Plain.count(data.trainRows()));
    facts.put("Test images of a replica", Plain.count(data.testRows()));
    facts.put("Size", data.features().get(0).name() + " pixels");
    facts.put("Inputs of the network", Plain.count(data.inputs()));
    facts.put("Classes", classes(data));
    for (int i = 0; i < data.sums().size(); i++) {
      facts.put("SHA-256 of the " + FILES_OF_IMAGES.get(i), data.sums().get(i));
    }
    return facts;
  }

  private static String classes(DataFacts data) {
    return Plain.count(data.classes().size()) + ": " + Names.list(data.classes(), MOST_CLASSES);
  }

  private static Column column(ColumnFacts column, Task task) {
    return new Column(
        Names.of(column.name()),
        column.isTarget() ? "target" : "feature",
        column.kind(task),
        column.missing() == 0 ? Tables.DASH : Plain.count(column.missing()));
  }

  private static List<String> warnings(List<String> all) {
    return Stream.concat(
            all.stream().limit(MOST_WARNINGS).map(Plain::text),
            all.size() <= MOST_WARNINGS
                ? Stream.empty()
                : Stream.of("And " + Plain.count(all.size() - MOST_WARNINGS, "more warning") + "."))
        .toList();
  }
}
