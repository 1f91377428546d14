package io.github.batchnormlab.report;

import io.github.batchnormlab.report.SweepQuantity.Estimate;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.CellResult;
import io.github.batchnormlab.study.Sweep;
import io.github.batchnormlab.study.Varied;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What an arm came to over the values of two varied settings: a table whose cells have the more
 * colour, the larger the value. The template reads the record by name.
 *
 * @param title the arm
 * @param rowName the setting whose values the rows are
 * @param columnName the setting whose values the columns are
 * @param heads the values of the columns
 * @param rows a row for each value of the other setting
 */
record HeatMap(
    String title, String rowName, String columnName, List<String> heads, List<Row> rows) {
  /** Text must stand out from the darkest cell. */
  private static final double DARKEST = 0.55;

  /** The maps of one quantity, an arm each, in the same shades. */
  record Maps(String quantity, List<HeatMap> maps) {}

  /** A value and what it comes to with each of the other setting. */
  record Row(String head, List<Cell> cells) {}

  /**
   * A cell.
   *
   * @param shade how dark it is, from 0 to less than 1
   * @param link the report of its run, empty if there is none
   */
  record Cell(String value, String note, String shade, String link) {}

  /** Those of each quantity that there is; none if not exactly two settings vary. */
  static List<Maps> of(Sweep sweep, List<CellResult> results) {
    if (sweep.varied().size() != 2) {
      return List.of();
    }
    List<Maps> all = new ArrayList<>();
    for (SweepQuantity quantity : SweepQuantity.of(results)) {
      double[] medians = quantity.medians(results, sweep.arms());
      if (medians.length > 0) {
        Scale scale = Scale.of(medians, quantity.isLogarithmic(medians));
        all.add(
            new Maps(
                quantity.name(),
                sweep.arms().stream()
                    .map(arm -> of(sweep, results, quantity, arm, scale))
                    .toList()));
      }
    }
    return all;
  }

  private static HeatMap of(
      Sweep sweep, List<CellResult> results, SweepQuantity quantity, Arm arm, Scale scale) {
    Varied rows = sweep.varied().get(0);
    Varied columns = sweep.varied().get(1);
    List<Row> lines = new ArrayList<>();
    for (String row : rows.values()) {
      List<Cell> cells = new ArrayList<>();
      for (String column : columns.values()) {
        Optional<CellResult> result =
            results.stream()
                .filter(each -> each.cell().values().get(rows.name()).equals(row))
                .filter(each -> each.cell().values().get(columns.name()).equals(column))
                .findFirst();
        cells.add(result.map(each -> cell(each, quantity, arm, scale)).orElse(NOTHING));
      }
      lines.add(new Row(Names.of(row), cells));
    }
    return new HeatMap(
        NamedArm.name(arm),
        rows.name(),
        columns.name(),
        columns.values().stream().map(Names::of).toList(),
        lines);
  }

  private static final Cell NOTHING = new Cell("", "", "0", "");

  private static Cell cell(CellResult result, SweepQuantity quantity, Arm arm, Scale scale) {
    if (result.replicas().isEmpty()) {
      return new Cell("failed", "", "0", "");
    }
    Estimate estimate = quantity.estimate(result, arm);
    return new Cell(
        estimate.text(),
        estimate.note(),
        String.format(Locale.ROOT, "%.2f", DARKEST * scale.share(estimate.median().low())),
        SweepReport.link(result));
  }

  /** From the smallest value to the largest, by their logarithms if all have one. */
  private record Scale(double low, double high, boolean isLogarithmic) {
    static Scale of(double[] values, boolean isLogarithmic) {
      return new Scale(
          Arrays.stream(values).min().orElseThrow(),
          Arrays.stream(values).max().orElseThrow(),
          isLogarithmic);
    }

    /** Where a value lies, from 0 to 1. */
    double share(double value) {
      if (Double.isNaN(value) || low == high) {
        return 0;
      }
      double share =
          isLogarithmic
              ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))
              : (value - low) / (high - low);
      return Math.max(0, Math.min(1, share));
    }
  }
}
