package io.github.batchnormlab.report;

import io.github.batchnormlab.report.Tables.Group;
import io.github.batchnormlab.report.Tables.Row;
import io.github.batchnormlab.report.Tables.Table;
import io.github.batchnormlab.study.Options;
import io.github.batchnormlab.study.StudyResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Finished runs side by side on one page, which works offline like a run's own report. */
public final class ComparisonReport {
  /** Told apart by colour-blind readers too; with more networks they begin anew. */
  private static final List<String> COLOURS =
      List.of("#d92b2f", "#2a6be0", "#c77d00", "#0a8f72", "#b4569c", "#74777d");

  private ComparisonReport() {}

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
    List<NamedArm> arms = new ArrayList<>();
    runs.forEach((run, result) -> arms.addAll(NamedArm.of(run, result)));
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("runs", runs.keySet());
    values.put("curves", 2 * arms.size());
    values.put("lossFigure", Scripts.of(LossFigure.figure(curves(arms), List.of()), "losses"));
    values.put("results", Tables.compared(arms));
    values.put("leftOut", Tables.leftOut(arms.stream().map(NamedArm::result).toList()));
    values.put("pairTables", Tables.pairs(pairs(arms)));
    values.put("pairNotes", notes(runs));
    values.put("interval", MedianInterval.WORDS);
    values.put("pairsToDecide", Comparison.PAIRS_TO_DECIDE);
    values.put("settings", settings(runs));
    return Page.render("comparison.html", values);
  }

  private static List<Curve> curves(List<NamedArm> arms) {
    List<Curve> curves = new ArrayList<>();
    int bins = LossFigure.binsOfMedian(arms.size());
    for (int i = 0; i < arms.size(); i++) {
      NamedArm arm = arms.get(i);
      String colour = COLOURS.get(i % COLOURS.size());
      for (Curve curve : Curve.medians(List.of(arm.result()), bins)) {
        String name = curve.name() + ", " + arm.run();
        curves.add(new Curve(name, colour, curve.dashed(), curve.epochs(), curve.losses()));
      }
    }
    return curves;
  }

  /** First what only this page can compare: an arm with itself in another run, then with others. */
  private static List<Pair> pairs(List<NamedArm> arms) {
    Map<Integer, List<Pair>> byRank = new TreeMap<>();
    for (int i = 0; i < arms.size(); i++) {
      for (int j = i + 1; j < arms.size(); j++) {
        NamedArm first = arms.get(i);
        NamedArm second = arms.get(j);
        boolean sameArm = first.result().arm() == second.result().arm();
        int rank = first.run().equals(second.run()) ? 2 : sameArm ? 0 : 1;
        Pair.of(first, second)
            .ifPresent(pair -> byRank.computeIfAbsent(rank, r -> new ArrayList<>()).add(pair));
      }
    }
    return byRank.values().stream().flatMap(List::stream).toList();
  }

  /** What to know of the pairs of each two runs: why there are none, or what they do not share. */
  private static List<String> notes(Map<String, StudyResult> runs) {
    List<String> notes = new ArrayList<>();
    List<String> names = List.copyOf(runs.keySet());
    for (int i = 0; i < names.size(); i++) {
      for (int j = i + 1; j < names.size(); j++) {
        String both = "The runs " + names.get(i) + " and " + names.get(j);
        StudyResult first = runs.get(names.get(i));
        StudyResult second = runs.get(names.get(j));
        List<String> different =
            Options.all().stream()
                .filter(Options.Option::draws)
                .filter(option -> !text(option, first).equals(text(option, second)))
                .map(Options.Option::name)
                .toList();
        if (Pair.of(NamedArm.of("", first).get(0), NamedArm.of("", second).get(0)).isEmpty()) {
          notes.add(
              both
                  + " share no seed, so their replicas make no pairs: only the medians above compare"
                  + " them.");
        } else if (!different.isEmpty()) {
          notes.add(
              both
                  + " differ in "
                  + String.join(", ", different)
                  + ", so replicas of the same seed do not have both the same data and the same"
                  + " initial weights.");
        }
      }
    }
    return notes;
  }

  private static String text(Options.Option option, StudyResult run) {
    return Numbers.setting(option.in(run.settings()));
  }

  /** The settings in which the runs differ, those in which they do not, and where they ran. */
  private static Table settings(Map<String, StudyResult> runs) {
    List<StudyResult> results = List.copyOf(runs.values());
    List<Row> different = new ArrayList<>();
    List<Row> same = new ArrayList<>();
    for (Options.Option option : Options.all()) {
      Row row = row(option.name(), results, run -> text(option, run));
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
                row("Start", results, run -> HtmlReport.time(run.provenance().start())))));
    return new Table("", List.copyOf(runs.keySet()), groups);
  }

  private static Row row(String head, List<StudyResult> runs, Function<StudyResult, String> value) {
    return new Row(head, runs.stream().map(run -> new Tables.Cell(value.apply(run), "")).toList());
  }
}
