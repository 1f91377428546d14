package io.github.batchnormlab.report;

import io.github.batchnormlab.report.SweepQuantity.Estimate;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.CellResult;
import io.github.batchnormlab.study.Options;
import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Sweep;
import io.github.batchnormlab.study.Varied;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All cells of a sweep on one page, which works offline like a run's own report. */
public final class SweepReport {
  private SweepReport() {}

  /**
   * Writes the report.
   *
   * @param sweep what varies
   * @param results what became of the cells that are done, in their order, at least one
   * @param command what repeats the sweep
   * @param file where to write, in the folder of the sweep; replaced if it exists
   * @throws IOException if the file cannot be written
   */
  public static void write(Sweep sweep, List<CellResult> results, String command, Path file)
      throws IOException {
    Files.writeString(file, html(sweep, results, command));
  }

  static String html(Sweep sweep, List<CellResult> results, String command) throws IOException {
    int replicas =
        results.stream().mapToInt(each -> each.cell().settings().fit().replicas()).max().orElse(1);
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("lead", lead(sweep));
    values.put("notes", notes(sweep, results));
    values.put("sentences", SweepAnswer.of(sweep, results));
    values.put("arms", sweep.arms().size());
    values.put("replicas", replicas);
    values.put("pairsToDecide", Comparison.PAIRS_TO_DECIDE);
    boolean isOneNumber =
        results.stream().map(each -> each.cell().settings().fit().replicas()).distinct().count()
            == 1;
    values.put("interval", isOneNumber ? MedianInterval.words(replicas) : MedianInterval.WORDS);
    values.put("charts", SweepCharts.of(sweep, results));
    values.put("heatMaps", HeatMap.of(sweep, results));
    values.put("heads", heads(sweep));
    values.put("rows", results.stream().map(each -> row(sweep, each)).toList());
    values.put("settings", settings(sweep));
    values.put("command", command);
    return Page.render("sweep.html", values);
  }

  /** The report of a cell, as the page links to it; empty if it has none. */
  static String link(CellResult result) {
    return result.replicas().isEmpty() ? "" : result.cell().folder() + "/report.html";
  }

  private static String lead(Sweep sweep) {
    return Plain.count(sweep.cells().size(), "study", "studies")
        + " that differ in "
        + Names.join(
            sweep.varied().stream()
                .map(each -> each.name() + " (" + Plain.count(each.values().size(), "value") + ")")
                .toList())
        + ".";
  }

  private static List<String> notes(Sweep sweep, List<CellResult> results) {
    List<String> notes = new ArrayList<>();
    int all = sweep.cells().size();
    if (results.size() < all) {
      notes.add(
          "This sweep is not at its end. Shown are "
              + results.size()
              + " of "
              + Plain.count(all, "cell")
              + ".");
    }
    for (CellResult result : results) {
      if (result.hasFailed()) {
        notes.add(
            "Cell "
                + result.cell().name()
                + " ("
                + result.cell().text()
                + ") failed: "
                + Plain.text(result.failure()));
      }
    }
    return notes;
  }

  private static List<String> heads(Sweep sweep) {
    List<String> heads = new ArrayList<>(List.of("cell"));
    sweep.varied().stream().map(Varied::name).forEach(heads::add);
    sweep.arms().forEach(arm -> heads.add("best test loss, " + arm.id()));
    sweep.arms().forEach(arm -> heads.add("final test loss, " + arm.id()));
    return heads;
  }

  /** A row of the table of all cells. */
  record Row(String name, String link, List<Cell> cells) {}

  /**
   * A cell of that table.
   *
   * @param key what it is sorted by
   */
  record Cell(String value, String note, String key) {}

  private static Row row(Sweep sweep, CellResult result) {
    List<Cell> cells = new ArrayList<>();
    result.cell().values().values().forEach(text -> cells.add(new Cell(Names.of(text), "", text)));
    List<SweepQuantity> quantities = SweepQuantity.of(List.of(result)).subList(0, 2);
    for (SweepQuantity quantity : quantities) {
      for (Arm arm : sweep.arms()) {
        cells.add(cell(quantity.estimate(result, arm), result));
      }
    }
    return new Row(result.cell().name(), link(result), cells);
  }

  private static Cell cell(Estimate estimate, CellResult result) {
    if (result.replicas().isEmpty()) {
      return new Cell("failed", "", "Infinity");
    }
    boolean isKnown = estimate.median().isAvailable();
    return new Cell(
        estimate.text(),
        estimate.note(),
        isKnown ? Double.toString(estimate.median().low()) : "Infinity");
  }

  /** What all cells have in common. */
  private static Map<String, String> settings(Sweep sweep) {
    Settings first = sweep.cells().get(0).settings();
    Map<String, String> rows = new LinkedHashMap<>();
    for (String name : sweep.base().keySet()) {
      Options.Option option = Options.named(name);
      rows.put(option.label(), Numbers.setting(option, first));
    }
    return rows;
  }
}
