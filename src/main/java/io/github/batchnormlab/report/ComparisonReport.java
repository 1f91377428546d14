package io.github.batchnormlab.report;

import io.github.batchnormlab.report.Tables.Group;
import io.github.batchnormlab.report.Tables.Row;
import io.github.batchnormlab.report.Tables.Table;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.StudyResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Finished runs side by side on one page, which works offline like a run's own report. */
public final class ComparisonReport {
  /** Told apart by colour-blind readers too; with more networks they begin anew. */
  private static final List<String> COLOURS =
      List.of("#d92b2f", "#2a6be0", "#c77d00", "#0a8f72", "#b4569c", "#74777d");

  private ComparisonReport() {}

  /** A network of a run, as a column and as curves. */
  private record Series(String name, ArmResult arm) {}

  /**
   * Writes the report.
   *
   * @param runs the results by the names that tell them apart, at least one
   * @param file where to write; replaced if it exists
   * @throws IOException if the file cannot be written
   */
  public static void write(Map<String, StudyResult> runs, Path file) throws IOException {
    Files.writeString(file, html(runs));
  }

  static String html(Map<String, StudyResult> runs) throws IOException {
    List<Series> series = new ArrayList<>();
    runs.forEach(
        (run, result) ->
            result
                .arms()
                .forEach(arm -> series.add(new Series(arm.arm().label() + ", " + run, arm))));
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("runs", runs.keySet());
    values.put("lossFigure", Scripts.of(LossFigure.figure(curves(series), List.of()), "losses"));
    values.put(
        "results",
        Tables.compared(
            series.stream().map(Series::name).toList(), series.stream().map(Series::arm).toList()));
    values.put("settings", settings(runs));
    return Page.render("comparison.html", values);
  }

  private static List<Curve> curves(List<Series> series) {
    List<Curve> curves = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      String colour = COLOURS.get(i % COLOURS.size());
      String run = series.get(i).name().substring(series.get(i).arm().arm().label().length());
      for (Curve curve : Curve.medians(List.of(series.get(i).arm()), LossFigure.BINS_OF_MEDIANS)) {
        curves.add(
            new Curve(curve.name() + run, colour, curve.dashed(), curve.epochs(), curve.losses()));
      }
    }
    return curves;
  }

  /** The settings in which the runs differ, those in which they do not, and where they ran. */
  private static Table settings(Map<String, StudyResult> runs) {
    List<StudyResult> results = List.copyOf(runs.values());
    List<Row> different = new ArrayList<>();
    List<Row> same = new ArrayList<>();
    for (String option : results.get(0).settings().asOptions().keySet()) {
      Row row = row(option, results, run -> run.settings().asOptions().get(option).toString());
      (row.cells().stream().distinct().count() > 1 ? different : same).add(row);
    }
    List<Group> groups = new ArrayList<>();
    if (!different.isEmpty()) {
      groups.add(new Group("Settings that differ", different));
    }
    groups.add(new Group("Settings that are the same", same));
    groups.add(
        new Group(
            "Machine and versions",
            List.of(
                row("BatchNorm Lab", results, run -> run.provenance().project()),
                row("PyTorch", results, run -> run.provenance().pyTorch()),
                row("Processor", results, run -> run.provenance().processor()),
                row("Device", results, run -> run.provenance().device()),
                row("Start", results, run -> run.provenance().start().toString()))));
    return new Table("", List.copyOf(runs.keySet()), groups);
  }

  private static Row row(String head, List<StudyResult> runs, Function<StudyResult, String> value) {
    return new Row(head, runs.stream().map(run -> new Tables.Cell(value.apply(run), "")).toList());
  }
}
