package io.github.batchnormlab.report;

import io.github.batchnormlab.report.Tables.Group;
import io.github.batchnormlab.report.Tables.Row;
import io.github.batchnormlab.report.Tables.Table;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Options;
import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.StudyResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    return html(runs, whole, Thresholds.of(runs.values().toArray(StudyResult[]::new)));
  }

  static String html(Map<String, StudyResult> whole, Thresholds thresholds) throws IOException {
    return html(cut(whole), whole, thresholds);
  }

  /** The runs as far as all of them go. */
  private static Map<String, StudyResult> cut(Map<String, StudyResult> whole) {
    int epochs = whole.values().stream().mapToInt(ComparisonReport::epochs).min().orElseThrow();
    Map<String, StudyResult> runs = new LinkedHashMap<>();
    whole.forEach((run, result) -> runs.put(run, result.first(epochs)));
    return Labels.of(runs);
  }

  private static String html(
      Map<String, StudyResult> runs, Map<String, StudyResult> whole, Thresholds thresholds)
      throws IOException {
    int epochs = epochs(runs.values().iterator().next());
    List<NamedArm> arms = new ArrayList<>();
    runs.forEach((run, result) -> arms.addAll(NamedArm.of(run, result)));
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("runs", runs.keySet());
    values.put(
        "notes", Stream.concat(length(whole, epochs).stream(), tasks(runs).stream()).toList());
    values.put("when", LossFigure.when(runs.values().stream().map(StudyResult::settings).toList()));
    values.put("curves", 2 * arms.size());
    values.put("shadesComeClose", runs.size() > MOST_SHADES);
    values.put(
        "lossFigure", Scripts.of(LossFigure.figure(curves(arms, runs), List.of()), "losses"));
    values.put("results", Tables.compared(arms, thresholds));
    values.put("leftOut", Tables.leftOut(arms.stream().map(NamedArm::result).toList(), thresholds));
    values.put("pairTables", Tables.pairs(pairs(arms, runs), thresholds));
    values.put("pairKind", hasTables(runs) ? "both" : "losses");
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
            .map(run -> run.getKey() + " has " + Plain.count(epochs(run.getValue())))
            .collect(Collectors.joining(", "));
    return longer.isEmpty()
        ? List.of()
        : List.of(
            "The runs differ in length. Everything on this page is of the first "
                + Plain.count(common)
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
  private static List<Pair> pairs(List<NamedArm> arms, Map<String, StudyResult> runs) {
    Map<Integer, List<Pair>> byRank = new TreeMap<>();
    String firstRun = arms.get(0).run();
    boolean all = arms.size() <= MOST_NETWORKS;
    for (int i = 0; i < arms.size(); i++) {
      for (int j = i + 1; j < arms.size(); j++) {
        NamedArm first = arms.get(i);
        NamedArm second = arms.get(j);
        boolean sameArm = first.result().arm().equals(second.result().arm());
        int rank = first.run().equals(second.run()) ? 2 : sameArm ? 0 : 1;
        boolean isSameTask = learned(runs.get(first.run())).equals(learned(runs.get(second.run())));
        boolean isShown = all || rank == 2 || rank == 0 && first.run().equals(firstRun);
        if (isShown && isSameTask) {
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
        List<String> different = differences(first, second);
        if (!learned(first).equals(learned(second))) {
          notes.add(
              both
                  + " do not learn the same, so nothing is paired: "
                  + task(first)
                  + " and "
                  + task(second)
                  + ".");
        } else if (Pair.of(NamedArm.of("", first).get(0), NamedArm.of("", second).get(0))
            .isEmpty()) {
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

  /** What two runs do not share of the data and the initial weights. */
  private static List<String> differences(StudyResult first, StudyResult second) {
    boolean haveTables = first.data().isPresent() && second.data().isPresent();
    Stream<String> settings =
        Options.all().stream()
            .filter(Options.Option::draws)
            .filter(option -> !(haveTables && option.mayMove())) // What is in a file counts.
            .filter(option -> !value(option, first).equals(value(option, second)))
            .map(Options.Option::name);
    boolean sameFiles = sums(first).equals(sums(second));
    return Stream.concat(settings, sameFiles ? Stream.empty() : Stream.of("what is in the files"))
        .toList();
  }

  private static Optional<Object> value(Options.Option option, StudyResult run) {
    return option.isIn(run.settings()) ? Optional.of(option.in(run.settings())) : Optional.empty();
  }

  private static List<String> sums(StudyResult run) {
    return run.data().map(DataFacts::sums).orElse(List.of());
  }

  /** What must be the same for losses to compare. */
  private static List<Object> learned(StudyResult run) {
    return run.data()
        .map(data -> List.<Object>of(data.task(), data.targets(), data.classes()))
        .orElse(List.of());
  }

  private static String task(StudyResult run) {
    return run.data()
        .map(
            data ->
                data.task()
                    + " of "
                    + Names.list(data.targets(), 3)
                    + " in "
                    + Names.of(data.name()))
        .orElse("the article’s points");
  }

  private static boolean hasTables(Map<String, StudyResult> runs) {
    return runs.values().stream().anyMatch(run -> run.data().isPresent());
  }

  /** What is said at the top if not all runs learn the same. */
  private static List<String> tasks(Map<String, StudyResult> runs) {
    return runs.values().stream().map(ComparisonReport::learned).distinct().count() < 2
        ? List.of()
        : List.of(
            "The runs do not all learn the same: their losses stand side by side here, but mean"
                + " different things.");
  }

  private static String text(Options.Option option, StudyResult run) {
    return option.isIn(run.settings()) ? Numbers.setting(option, run.settings()) : Tables.DASH;
  }

  /** The settings in which the runs differ, or those in which they do not, and where they ran. */
  private static Table settings(Map<String, StudyResult> runs, boolean different) {
    List<StudyResult> results = List.copyOf(runs.values());
    List<Row> rows = new ArrayList<>();
    for (Options.Option option : Options.all()) {
      Row row = row(option.name(), results, run -> text(option, run));
      boolean isIn = results.stream().anyMatch(run -> option.isIn(run.settings()));
      if (isIn && row.cells().stream().distinct().count() > 1 == different) {
        rows.add(row);
      }
    }
    List<Group> groups = new ArrayList<>();
    if (!rows.isEmpty()) {
      groups.add(
          new Group(different ? "Settings that differ" : "Settings that are the same", rows));
    }
    if (!different && hasTables(runs)) {
      groups.add(
          new Group(
              "Data",
              List.of(
                  row("Learned", results, ComparisonReport::task),
                  row("Training rows", results, run -> data(run, DataFacts::trainRows)),
                  row("Test rows", results, run -> data(run, DataFacts::testRows)),
                  row("Inputs of the network", results, run -> data(run, DataFacts::inputs)),
                  row("SHA-256, its first digits", results, ComparisonReport::shortSums))));
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

  private static String data(StudyResult run, ToIntFunction<DataFacts> number) {
    return run.data().map(data -> Plain.count(number.applyAsInt(data))).orElse(Tables.DASH);
  }

  private static String shortSums(StudyResult run) {
    List<String> sums =
        sums(run).stream().map(sum -> sum.substring(0, Math.min(12, sum.length()))).toList();
    return sums.isEmpty() ? Tables.DASH : String.join(", ", sums);
  }

  private static Row row(String head, List<StudyResult> runs, Function<StudyResult, String> value) {
    return new Row(head, runs.stream().map(run -> new Tables.Cell(value.apply(run), "")).toList());
  }
}
