package io.github.batchnormlab.report;

import io.github.batchnormlab.report.Quantity.Scale;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Plain;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of results. The template reads the records by name. */
final class Tables {

  /** What stands for a number that there is none of. */
  static final String DASH = "\u2013";

  private Tables() {}

  /**
   * A table.
   *
   * @param title what it is about, empty where the section says it
   * @param heads the heads of the columns after the first
   */
  record Table(String title, List<String> heads, List<Group> groups) {}

  /** Rows that belong together. */
  record Group(String title, List<Row> rows) {}

  /** A row with a cell for each head. */
  record Row(String head, List<Cell> cells) {}

  /**
   * A cell.
   *
   * @param note what belongs to the value, smaller; empty if nothing
   */
  record Cell(String value, String note) {}

  /** The losses of each arm, and what an epoch costs. */
  static Table losses(List<ArmResult> arms) {
    Group time = cost(arms);
    if (replicas(arms) > 1) {
      return new Table("", heads(arms), List.of(spreads("Loss", Quantity.LOSSES, arms), time));
    }
    var summaries = summaries(arms);
    var losses =
        List.of(
            row("Final training loss", summaries, s -> Numbers.significant(s.finalTrainLoss())),
            row("Final test loss", summaries, s -> Numbers.significant(s.finalTestLoss())),
            row("Best test loss", summaries, s -> Numbers.significant(s.bestTestLoss())),
            row("Epoch of the best test loss", summaries, s -> epoch(s.bestTestEpoch())));
    return new Table("", heads(arms), List.of(new Group("Loss", losses), time));
  }

  /** The epochs to reach each loss, of each arm; without the losses that none of them reached. */
  static Table epochs(List<ArmResult> arms, Thresholds thresholds) {
    return new Table("", heads(arms), epochSpreads(arms, thresholds));
  }

  /** Losses, epochs and cost of networks from any runs, each with replicas of its own. */
  static Table compared(List<NamedArm> arms, Thresholds thresholds) {
    List<ArmResult> results = arms.stream().map(NamedArm::result).toList();
    List<Group> groups = new ArrayList<>();
    groups.add(spreads("Loss", Quantity.LOSSES, results));
    List<Metric> metrics = metrics(results, Metrics.LISTED_TARGETS);
    if (!metrics.isEmpty()) {
      groups.addAll(metricSpreads(results, metrics));
    }
    groups.addAll(epochSpreads(results, thresholds));
    groups.add(cost(results));
    return new Table("", arms.stream().map(NamedArm::name).toList(), groups);
  }

  /** Metrics of the test rows, at the end and at their best. */
  static Table metrics(List<ArmResult> arms, List<Metric> metrics) {
    return new Table("", heads(arms), metricSpreads(arms, metrics));
  }

  private static List<Group> metricSpreads(List<ArmResult> arms, List<Metric> metrics) {
    return List.of(
        spreads("After the last epoch", metrics.stream().map(Quantity::finalMetric).toList(), arms),
        spreads(
            "The best of all epochs", metrics.stream().map(Quantity::bestMetric).toList(), arms));
  }

  /** The metrics that some arms have, of the first targets of each. */
  private static List<Metric> metrics(List<ArmResult> arms, int mostTargets) {
    return arms.stream()
        .flatMap(
            arm ->
                arm.metrics().keySet().stream()
                    .filter(metric -> metric.kind() != Metric.Kind.CROSS_ENTROPY)
                    .limit(2L * mostTargets)) // R² and RMSE of each.
        .distinct()
        .toList();
  }

  /** A table for each pair of arms that compares their metrics. */
  static List<Table> metricPairs(List<Pair> pairs, List<Metric> metrics) {
    return pairs.stream().map(pair -> table(pair, pair.title(), metrics(pair, metrics))).toList();
  }

  private static List<Group> metrics(Pair pair, List<Metric> metrics) {
    List<Quantity> quantities =
        metrics.stream()
            .flatMap(metric -> Stream.of(Quantity.finalMetric(metric), Quantity.bestMetric(metric)))
            .toList();
    return Stream.of(
            comparisons("Ratio, below 1 in favour of the first", of(Scale.RATIO, quantities), pair),
            comparisons(
                "Difference, above 0 in favour of the first",
                of(Scale.DIFFERENCE, quantities),
                pair))
        .filter(group -> !group.rows().isEmpty())
        .toList();
  }

  private static List<Group> epochSpreads(List<ArmResult> arms, Thresholds thresholds) {
    return epochs(
        "First epoch with a ",
        arms,
        thresholds,
        (title, quantities) -> spreads(title, quantities, arms));
  }

  /** A group for the training loss and one for the test loss, of the losses that were reached. */
  private static List<Group> epochs(
      String what,
      List<ArmResult> arms,
      Thresholds thresholds,
      BiFunction<String, List<Quantity>, Group> group) {
    return Stream.of(
            group.apply(
                what + "training loss of at most",
                Quantity.reached(Quantity.trainEpochs(thresholds), arms)),
            group.apply(
                what + "test loss of at most",
                Quantity.reached(Quantity.testEpochs(thresholds), arms)))
        .filter(made -> !made.rows().isEmpty())
        .toList();
  }

  /** Which losses the tables of epochs leave out; empty if none. */
  static String leftOut(List<ArmResult> arms, Thresholds thresholds) {
    String clauses =
        Stream.of(
                leftOut("training", Quantity.trainEpochs(thresholds), arms),
                leftOut("test", Quantity.testEpochs(thresholds), arms))
            .flatMap(Optional::stream)
            .collect(Collectors.joining(", and none to a "));
    return clauses.isEmpty()
        ? ""
        : "No network came down to a " + clauses + "; such losses are left out.";
  }

  /** The losses are in falling order, so the first that was not reached says it of all. */
  private static Optional<String> leftOut(
      String loss, List<Quantity> quantities, List<ArmResult> arms) {
    return quantities.stream()
        .filter(quantity -> !quantity.isReached(arms))
        .findFirst()
        .map(quantity -> loss + " loss of " + quantity.name() + " or less");
  }

  /** A table for each pair of arms that compares their losses. */
  static List<Table> lossPairs(List<Pair> pairs) {
    return pairs.stream().map(pair -> table(pair, pair.title(), losses(pair))).toList();
  }

  /** A table for each pair of arms that compares their epochs; none where nothing was reached. */
  static List<Table> epochPairs(List<Pair> pairs, Thresholds thresholds) {
    return pairs.stream()
        .map(pair -> table(pair, pair.title(), epochs(pair, thresholds)))
        .filter(table -> !table.groups().isEmpty())
        .toList();
  }

  /** A table for each pair of arms that compares their losses and their epochs. */
  static List<Table> pairs(List<Pair> pairs, Thresholds thresholds) {
    return pairs.stream()
        .map(
            pair ->
                table(
                    pair,
                    pair.titleWithSeeds(),
                    Stream.of(
                            losses(pair),
                            metrics(
                                pair,
                                metrics(
                                    List.of(pair.first(), pair.second()), Metrics.TOLD_TARGETS)),
                            epochs(pair, thresholds))
                        .flatMap(List::stream)
                        .toList()))
        .toList();
  }

  private static Table table(Pair pair, String title, List<Group> groups) {
    return new Table(
        title,
        List.of(
            "median",
            MedianInterval.name(pair.seeds()),
            pair.firstName() + " is lower",
            pair.secondName() + " is lower"),
        groups);
  }

  private static List<Group> losses(Pair pair) {
    return List.of(
        comparisons("Ratio", of(Scale.RATIO, Quantity.LOSSES), pair),
        comparisons("Difference", of(Scale.DIFFERENCE, Quantity.LOSSES), pair));
  }

  private static List<Group> epochs(Pair pair, Thresholds thresholds) {
    return epochs(
        "Ratio of the epochs to a ",
        List.of(pair.first(), pair.second()),
        thresholds,
        (title, quantities) -> comparisons(title, quantities, pair));
  }

  private static List<Quantity> of(Scale scale, List<Quantity> quantities) {
    return quantities.stream().filter(quantity -> quantity.scale() == scale).toList();
  }

  private static Group comparisons(String title, List<Quantity> quantities, Pair pair) {
    return new Group(
        title,
        quantities.stream()
            .map(
                quantity ->
                    comparison(quantity.name(), quantity.compare(pair.first(), pair.second())))
            .toList());
  }

  private static Row comparison(String head, Comparison comparison) {
    String pairs = " of " + comparison.pairs();
    return new Row(
        head,
        List.of(
            cell(comparison.estimate().text(Numbers::estimate)),
            cell(comparison.interval().map(i -> i.rangeText(Numbers::estimate)).orElse(DASH)),
            cell(comparison.favourFirst() + pairs),
            cell(comparison.favourSecond() + pairs)));
  }

  private static Group spreads(String title, List<Quantity> quantities, List<ArmResult> arms) {
    return new Group(
        title,
        quantities.stream()
            .map(
                quantity ->
                    new Row(
                        quantity.name(), arms.stream().map(arm -> spread(quantity, arm)).toList()))
            .toList());
  }

  private static Cell spread(Quantity quantity, ArmResult arm) {
    Scale scale = quantity.scale();
    Spread spread = Spread.of(quantity.of(arm));
    if (spread.available() == 0) {
      return cell("not available");
    }
    if (spread.replicas() == 1) {
      return cell(spread.median().text(scale::value));
    }
    if (spread.exact() == 0) {
      return new Cell(
          spread.median().text(scale::value), "reached by none of " + spread.replicas());
    }
    var notes = new ArrayList<String>();
    String lower = spread.lower().text(scale::value);
    String upper = spread.upper().text(scale::value);
    if (!lower.equals(upper) || spread.lower().isExact()) {
      notes.add(lower + " to " + upper);
    }
    if (spread.exact() < spread.available()) {
      notes.add("reached by " + spread.exact() + " of " + spread.replicas());
    }
    if (spread.available() < spread.replicas()) {
      notes.add("available in " + spread.available() + " of " + spread.replicas());
    }
    return new Cell(spread.median().text(scale::value), String.join(", ", notes));
  }

  private static Group cost(List<ArmResult> arms) {
    return new Group(
        "Cost",
        List.of(row("Time per epoch, ms", arms, a -> Numbers.significant(a.millisPerEpoch()))));
  }

  private static int replicas(List<ArmResult> arms) {
    return arms.get(0).trainLoss().length;
  }

  private static List<String> heads(List<ArmResult> arms) {
    return arms.stream().map(arm -> NamedArm.name(arm.arm())).toList();
  }

  private static List<Summary> summaries(List<ArmResult> arms) {
    return arms.stream().map(arm -> Summary.of(arm, 0)).toList();
  }

  private static <T> Row row(String head, List<T> arms, Function<T, String> cell) {
    return new Row(head, arms.stream().map(arm -> cell(cell.apply(arm))).toList());
  }

  private static Cell cell(String value) {
    return new Cell(value, "");
  }

  private static String epoch(OptionalInt epoch) {
    return epoch.isPresent() ? Plain.count(epoch.getAsInt()) : DASH;
  }
}
