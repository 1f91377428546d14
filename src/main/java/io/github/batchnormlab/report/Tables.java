package io.github.batchnormlab.report;

import io.github.batchnormlab.report.Quantity.Scale;
import io.github.batchnormlab.study.ArmResult;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;

/** The tables of results. The template reads the records by name. */
final class Tables {

  /** What stands for a loss that was never reached. */
  private static final String DASH = "\u2013";

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
    Group time =
        new Group(
            "Cost",
            List.of(row("Time per epoch, ms", arms, a -> Numbers.significant(a.millisPerEpoch()))));
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

  /** The epochs to reach each loss, of each arm. */
  static Table epochs(List<ArmResult> arms) {
    String train = "First epoch with a training loss of at most";
    String test = "First epoch with a test loss of at most";
    if (replicas(arms) > 1) {
      return new Table(
          "",
          heads(arms),
          List.of(
              spreads(train, Quantity.TRAIN_EPOCHS, arms),
              spreads(test, Quantity.TEST_EPOCHS, arms)));
    }
    var summaries = summaries(arms);
    var trainRows = new ArrayList<Row>();
    var testRows = new ArrayList<Row>();
    for (int i = 0; i < Summary.THRESHOLDS.size(); i++) {
      int index = i;
      String head = Numbers.exact(Summary.THRESHOLDS.get(i));
      trainRows.add(row(head, summaries, s -> epoch(s.reached().get(index).trainEpoch())));
      testRows.add(row(head, summaries, s -> epoch(s.reached().get(index).testEpoch())));
    }
    return new Table(
        "", heads(arms), List.of(new Group(train, trainRows), new Group(test, testRows)));
  }

  /** Losses, epochs and cost of networks from any runs, each with replicas of its own. */
  static Table compared(List<String> heads, List<ArmResult> series) {
    return new Table(
        "",
        heads,
        List.of(
            spreads("Loss", Quantity.LOSSES, series),
            spreads("First epoch with a training loss of at most", Quantity.TRAIN_EPOCHS, series),
            spreads("First epoch with a test loss of at most", Quantity.TEST_EPOCHS, series),
            new Group(
                "Cost",
                List.of(
                    row(
                        "Time per epoch, ms",
                        series,
                        a -> Numbers.significant(a.millisPerEpoch()))))));
  }

  /** A table for each pair of arms that compares their losses; empty with one replica. */
  static List<Table> lossPairs(List<ArmResult> arms) {
    return pairs(
        arms,
        (first, second) ->
            List.of(
                comparisons("Ratio", Scale.RATIO, Quantity.LOSSES, first, second),
                comparisons("Difference", Scale.DIFFERENCE, Quantity.LOSSES, first, second)));
  }

  /** A table for each pair of arms that compares their epochs; empty with one replica. */
  static List<Table> epochPairs(List<ArmResult> arms) {
    return pairs(
        arms,
        (first, second) ->
            List.of(
                comparisons(
                    "Ratio of the epochs to a training loss of at most",
                    Scale.EPOCHS,
                    Quantity.TRAIN_EPOCHS,
                    first,
                    second),
                comparisons(
                    "Ratio of the epochs to a test loss of at most",
                    Scale.EPOCHS,
                    Quantity.TEST_EPOCHS,
                    first,
                    second)));
  }

  private interface Pairing {
    List<Group> of(ArmResult first, ArmResult second);
  }

  private static List<Table> pairs(List<ArmResult> arms, Pairing pairing) {
    var tables = new ArrayList<Table>();
    if (replicas(arms) > 1) {
      for (int i = 0; i < arms.size(); i++) {
        for (int j = i + 1; j < arms.size(); j++) {
          String first = arms.get(i).arm().label();
          String second = arms.get(j).arm().label();
          tables.add(
              new Table(
                  first + " compared to " + second,
                  List.of("median", "95\u00a0% interval", "lower " + first, "lower " + second),
                  pairing.of(arms.get(i), arms.get(j))));
        }
      }
    }
    return tables;
  }

  private static Group comparisons(
      String title, Scale scale, List<Quantity> quantities, ArmResult first, ArmResult second) {
    return new Group(
        title,
        quantities.stream()
            .filter(quantity -> quantity.scale() == scale)
            .map(quantity -> comparison(quantity.name(), quantity.compare(first, second)))
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
    if (spread.exact() == 0) {
      return new Cell(
          spread.median().text(scale::value), "reached by none of " + spread.replicas());
    }
    if (spread.replicas() == 1) {
      return cell(spread.median().text(scale::value));
    }
    String note = spread.lower().text(scale::value) + " to " + spread.upper().text(scale::value);
    if (spread.exact() < spread.available()) {
      note += ", reached by " + spread.exact() + " of " + spread.replicas();
    }
    if (spread.available() < spread.replicas()) {
      note += ", available in " + spread.available() + " of " + spread.replicas();
    }
    return new Cell(spread.median().text(scale::value), note);
  }

  private static int replicas(List<ArmResult> arms) {
    return arms.get(0).trainLoss().length;
  }

  private static List<String> heads(List<ArmResult> arms) {
    return arms.stream().map(arm -> arm.arm().label()).toList();
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
    return epoch.isPresent() ? Numbers.count(epoch.getAsInt()) : DASH;
  }
}
