package io.github.batchnormlab.cli;

import io.github.batchnormlab.report.Medians;
import io.github.batchnormlab.report.Numbers;
import io.github.batchnormlab.report.Thresholds;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.StudyResult;
import io.github.batchnormlab.study.Task;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The results of a study in a few lines of text: with several replicas their medians. */
final class SummaryTable {
  private static final String NOT_FINITE = "not finite";

  private static final int MOST_TARGETS = 20;

  /**
   * A column.
   *
   * @param width how many characters it has, negative if its texts begin at the left
   */
  private record Column(String head, int width, Function<ArmResult, Object> cell) {
    String line(Object text) {
      return String.format(Locale.ROOT, "%" + width + "s", text);
    }
  }

  private SummaryTable() {}

  static void print(StudyResult result, PrintWriter out) {
    List<ArmResult> arms = result.comparable().arms();
    OptionalDouble reached =
        result.data().isPresent()
            ? Medians.commonLoss(arms, Thresholds.of(result.comparable()))
            : OptionalDouble.of(Medians.loss(arms, Thresholds.of(arms)));
    List<Column> columns = columns(result, reached);
    out.println();
    print(columns.stream().map(column -> column.line(column.head())).toList(), out);
    for (ArmResult arm : arms) {
      print(columns.stream().map(column -> column.line(column.cell().apply(arm))).toList(), out);
    }
    String notes = String.join("; ", notes(result, arms, reached));
    if (!notes.isEmpty()) {
      out.printf("(%s)%n", notes);
    }
    result
        .data()
        .filter(data -> data.task() == Task.REGRESSION && data.targets().size() > 1)
        .ifPresent(data -> printTargets(data, arms, out));
  }

  /** R² and RMSE of several targets, a line for each. */
  private static void printTargets(DataFacts data, List<ArmResult> arms, PrintWriter out) {
    String name = "%-24s";
    out.println();
    out.print(String.format(Locale.ROOT, name, "R² / RMSE"));
    arms.forEach(arm -> out.print(String.format(Locale.ROOT, " %21s", arm.arm())));
    out.println();
    List<Metric> metrics = data.metrics();
    for (int i = 0; i < metrics.size() && i < 2 * MOST_TARGETS; i += 2) {
      out.print(String.format(Locale.ROOT, name, Plain.cut(metrics.get(i).target(), 24)));
      for (ArmResult arm : arms) {
        String both =
            Medians.metric(arm, metrics.get(i)) + " / " + Medians.metric(arm, metrics.get(i + 1));
        out.print(String.format(Locale.ROOT, " %21s", both));
      }
      out.println();
    }
    if (data.targets().size() > MOST_TARGETS) {
      out.printf("(and %d more targets, in metrics.csv)%n", data.targets().size() - MOST_TARGETS);
    }
  }

  private static void print(List<String> cells, PrintWriter out) {
    out.println(String.join(" ", cells));
  }

  private static List<Column> columns(StudyResult result, OptionalDouble reached) {
    // A table has more columns to show, and all together no more than 100 characters.
    boolean isNarrow = result.data().isPresent();
    int loss = isNarrow ? 10 : 12;
    int epoch = isNarrow ? 8 : 9;
    Function<ArmResult, Medians> medians = arm -> Medians.of(arm, reached.orElse(0));
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("arm", isNarrow ? -21 : -22, ArmResult::arm));
    columns.add(
        new Column(
            "train loss", loss, arm -> isLost(arm) ? NOT_FINITE : medians.apply(arm).trainLoss()));
    columns.add(
        new Column(
            "test loss", loss, arm -> isLost(arm) ? NOT_FINITE : medians.apply(arm).testLoss()));
    columns.add(
        new Column("best test", isNarrow ? 9 : loss, arm -> medians.apply(arm).bestTestLoss()));
    columns.add(new Column("at epoch", epoch, arm -> medians.apply(arm).bestTestEpoch()));
    reached.ifPresent(
        to -> columns.add(new Column(name(to), 9, arm -> medians.apply(arm).epochs())));
    result.data().ifPresent(data -> columns.addAll(metrics(data)));
    columns.add(
        new Column(
            "ms/epoch", epoch, arm -> String.format(Locale.ROOT, "%.2f", arm.millisPerEpoch())));
    return columns;
  }

  private static String name(double loss) {
    return "loss " + Numbers.exact(loss);
  }

  /** The metrics of one target, or what many come to together. */
  private static List<Column> metrics(DataFacts data) {
    List<Metric> metrics = data.metrics();
    if (data.task() == Task.CLASSIFICATION) {
      return List.of(new Column("accuracy", 8, arm -> Medians.metric(arm, metrics.get(0))));
    }
    if (data.targets().size() == 1) {
      return List.of(
          new Column("R²", 8, arm -> Medians.metric(arm, metrics.get(0))),
          new Column("RMSE", 9, arm -> Medians.metric(arm, metrics.get(1))));
    }
    List<Metric> shares = metrics.stream().filter(m -> m.kind() == Metric.Kind.R2).toList();
    return List.of(new Column("mean R²", 8, arm -> Medians.mean(arm, shares)));
  }

  private static List<String> notes(
      StudyResult result, List<ArmResult> arms, OptionalDouble reached) {
    int replicas = arms.get(0).trainLoss().length;
    boolean someStopped = arms.stream().anyMatch(arm -> stops(arm) > 0 && stops(arm) < replicas);
    List<String> notes = new ArrayList<>();
    if (replicas > 1) {
      notes.add("median of " + replicas + " replicas");
    }
    if (someStopped) {
      notes.add("train and test loss without those that stopped");
    }
    reached.ifPresent(
        loss ->
            notes.add(
                name(loss)
                    + ": the first epoch whose training loss is at most "
                    + Numbers.exact(loss)));
    result
        .data()
        .map(SummaryTable::metrics)
        .map(shown -> shown.stream().map(Column::head).collect(Collectors.joining(" and ")))
        .ifPresent(
            heads ->
                notes.add(
                    heads
                        + ": of the test "
                        + result.settings().kind().rows()
                        + " after the last epoch"));
    return notes;
  }

  private static boolean isLost(ArmResult arm) {
    return stops(arm) == arm.epochs().length;
  }

  /** How many replicas have stopped, and so have no final loss. */
  private static long stops(ArmResult arm) {
    return IntStream.range(0, arm.epochs().length)
        .filter(replica -> arm.stopped(replica).isPresent())
        .count();
  }
}
