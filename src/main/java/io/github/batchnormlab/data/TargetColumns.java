package io.github.batchnormlab.data;

import io.github.batchnormlab.study.Task;
import java.util.List;

/**
 * How columns of a file become targets: numbers as they are, classes as their indices.
 *
 * @param names as in the header, in the order of the outputs
 * @param classes of the only target of a classification, in the order of their indices: by code
 *     point, or by number; empty for regression
 * @param numbered whether the classes are numbers
 */
record TargetColumns(List<String> names, List<String> classes, boolean numbered) {
  TargetColumns {
    names = List.copyOf(names);
    classes = List.copyOf(classes);
  }

  static TargetColumns of(RawTable raw) {
    List<String> names = raw.targets().stream().map(Column::name).toList();
    if (raw.targets().get(0) instanceof Column.Categories column) {
      Wanted wanted = raw.wanted().get(raw.wanted().size() - 1);
      boolean numbered = wanted.form() == Wanted.Form.NUMBERED_CLASSES;
      return new TargetColumns(names, column.categories(), numbered);
    }
    return new TargetColumns(names, List.of(), false);
  }

  Task task() {
    return classes.isEmpty() ? Task.REGRESSION : Task.CLASSIFICATION;
  }

  /**
   * Targets of some rows.
   *
   * @return row by row, not standardized
   */
  double[] values(List<Column> cells, int[] rows) {
    double[] values = new double[Math.multiplyExact(rows.length, names.size())];
    for (int i = 0; i < names.size(); i++) {
      Column column = cells.get(i);
      for (int row = 0; row < rows.length; row++) {
        values[row * names.size() + i] =
            column instanceof Column.Categories text
                ? text.codes()[rows[row]]
                : ((Column.Numbers) column).values()[rows[row]];
      }
    }
    return values;
  }
}
