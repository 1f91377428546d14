package io.github.batchnormlab.report;

import io.github.batchnormlab.report.Tables.Group;
import io.github.batchnormlab.report.Tables.Row;
import io.github.batchnormlab.report.Tables.Table;
import io.github.batchnormlab.study.ArmResult;
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
import java.util.stream.Collectors;

/** Finished runs side by side on one page, which works offline like a run's own report. */
public final class ComparisonReport {
  /** With more networks each is compared with those of the first run only, and within its run. */
  private static final int MOST_NETWORKS = 12;

  /** With more runs than these the shades of a colour come close. */
  private static final int MOST_SHADES = 6;

  private ComparisonReport() {}

  /**
   * Writes the report, with the thresholds that suit all the runs together.
   *
   * @param runs the results by the names that tell them apart, at least one
   * @param file where to write; replaced if it exists
   * @throws IOException if the file cannot be written
   */
  public static void write(Map<String, StudyResult> runs, Path file) throws IOException {
    Files.writeString(file, html(runs));
  }

  /**
   * Writes the report.
   *
   * @param runs the results by the names that tell them apart, at least one
   * @param thresholds the losses whose first reaching is counted
   * @param file where to write; replaced if it exists
   * @throws IOException if the file cannot be written
   */
  public static void write(Map<String, StudyResult> runs, Thresholds thresholds, Path file)
      throws IOException {
    Files.writeString(file, html(runs, thresholds));
  }

  static String html(Map<String, StudyResult> whole) throws IOException {
    Map<String, StudyResult> runs = cut(whole);
    List<ArmResult> arms = runs.values().stream().flatMap(run -> run.arms().stream()).toList();
    return html(runs, whole, Thresholds.of(arms));
  }

  static String html(Map<String, StudyResult> whole, Thresholds thresholds) throws IOException {
    return html(cut(whole), whole, thresholds);
  }

  /** The runs as far as all of them go. */
  private static Map<String, StudyResult> cut(Map<String, StudyResult> whole) {
    int epochs = whole.values().stream().mapToInt(ComparisonReport::epochs).min().orElseThrow();
    Map<String, StudyResult> runs = new LinkedHashMap<>();
    whole.forEach((run, result) -> runs.put(run, result.first(epochs)));
    return runs;
  }

  private static String html(
      Map<String, StudyResult> runs, Map<String, StudyResult> whole, Thresholds thresholds)
      throws IOException {
    int epochs = epochs(runs.values().iterator().next());
    List<NamedArm> arms = new ArrayList<>();
    runs.forEach((run, result) -> arms.addAll(NamedArm.of(run, result)));
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("runs", runs.keySet());
    values.put("notes", length(whole, epochs));
    values.put("curves", 2 * arms.size());
    values.put("shadesComeClose", runs.size() > MOST_SHADES);
    values.put(
        "lossFigure", Scripts.of(LossFigure.figure(curves(arms, runs), List.of()), "losses"));
    values.put("results", Tables.compared(arms, thresholds));
    values.put("leftOut", Tables.leftOut(arms.stream().map(NamedArm::result).toList(), thresholds));
    values.put("pairTables", Tables.pairs(pairs(arms), thresholds));
    values.put("onlyWithTheFirst", arms.size() > MOST_NETWORKS);
    values.put("pairNotes", notes(runs));
    values.put("interval", MedianInterval.WORDS);
    values.put("pairsToDecide", Comparison.PAIRS_TO_DECIDE);
    values.put("different", settings(whole, true));
    values.put("settings", settings(whole, false));
    return Page.render("comparison.html", values);
  }

  private static int epochs(StudyResult run) {
    return run.arms().get(0).trainLoss()[0].length;
  }

  /** What is said at the top if the runs are not of the same length. */
  private static List<String> length(Map<String, StudyResult> runs, int common) {
    String longer =
        runs.entrySet().stream()
            .filter(run -> epochs(run.getValue()) > common)
            .map(run -> run.getKey() + " has " + Numbers.count(epochs(run.getValue())))
            .collect(Collectors.joining(", "));
    return longer.isEmpty()
        ? List.of()
        : List.of(
            "The runs differ in length. Everything on this page is of the first "
                + Numbers.count(common)
                + " epochs, which all have ("
                + longer
                + ").");
  }

  /**
   * An arm has its colour on every page; from the first run to the last it goes from dark to light.
   */
  private static List<Curve> curves(List<NamedArm> arms, Map<String, StudyResult> runs) {
    List<Curve> curves = new ArrayList<>();
    List<String> names = List.copyOf(runs.keySet());
    int bins = LossFigure.binsOfMedian(arms.size());
    for (NamedArm arm : arms) {
      int run = names.indexOf(arm.run());
      String colour = Plots.shade(arm.result().arm().colour(), run, names.size());
      String shown = shorter(arm.run(), run);
      for (Curve curve : Curve.medians(List.of(arm.result()), bins)) {
        String name = curve.name() + ", " + shown;
        curves.add(new Curve(name, colour, curve.dashed(), curve.epochs(), curve.losses()));
      }
    }
    return curves;
  }

  /** A long name leaves no room for the others in a legend; its number tells it from its like. */
  private static String shorter(String run, int number) {
    int most = 24;
    return run.length() <= most
        ? run
        : run.substring(0, 10) + "…" + run.substring(run.length() - 8) + " (" + (number + 1) + ")";
  }

  /** First what only this page can compare: an arm with itself in another run, then with others. */
  private static List<Pair> pairs(List<NamedArm> arms) {
    Map<Integer, List<Pair>> byRank = new TreeMap<>();
    String firstRun = arms.get(0).run();
    boolean all = arms.size() <= MOST_NETWORKS;
    for (int i = 0; i < arms.size(); i++) {
      for (int j = i + 1; j < arms.size(); j++) {
        NamedArm first = arms.get(i);
        NamedArm second = arms.get(j);
        boolean sameArm = first.result().arm().equals(second.result().arm());
        int rank = first.run().equals(second.run()) ? 2 : sameArm ? 0 : 1;
        boolean isShown = all || rank == 2 || rank == 0 && first.run().equals(firstRun);
        if (isShown) {
          Pair.of(first, second)
              .ifPresent(pair -> byRank.computeIfAbsent(rank, r -> new ArrayList<>()).add(pair));
        }
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
    return Numbers.setting(option, run.settings());
  }

  /** The settings in which the runs differ, or those in which they do not, and where they ran. */
  private static Table settings(Map<String, StudyResult> runs, boolean different) {
    List<StudyResult> results = List.copyOf(runs.values());
    List<Row> rows = new ArrayList<>();
    for (Options.Option option : Options.all()) {
      Row row = row(option.name(), results, run -> text(option, run));
      if (row.cells().stream().distinct().count() > 1 == different) {
        rows.add(row);
      }
    }
    List<Group> groups = new ArrayList<>();
    if (!rows.isEmpty()) {
      groups.add(
          new Group(different ? "Settings that differ" : "Settings that are the same", rows));
    }
    if (!different) {
      groups.add(
          new Group(
              "Machine and versions",
              List.of(
                  row("BatchNorm Lab", results, run -> run.provenance().versions().project()),
                  row("PyTorch", results, run -> run.provenance().versions().pyTorch()),
                  row("Processor", results, run -> run.provenance().processor()),
                  row("Device", results, run -> run.provenance().device()),
                  row("Start", results, run -> HtmlReport.time(run.provenance().start())))));
    }
    return new Table("", List.copyOf(runs.keySet()), groups);
  }

  private static Row row(String head, List<StudyResult> runs, Function<StudyResult, String> value) {
    return new Row(head, runs.stream().map(run -> new Tables.Cell(value.apply(run), "")).toList());
  }
}
