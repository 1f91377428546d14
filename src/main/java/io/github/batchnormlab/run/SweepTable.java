package io.github.batchnormlab.run;

import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.CellResult;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.ReplicaResult;
import io.github.batchnormlab.study.Sweep;
import io.github.batchnormlab.study.Varied;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * What a sweep gave as a tidy table: a row for each replica of each arm of each cell, a column for
 * each varied setting. What is not known is an empty cell.
 */
final class SweepTable {
  private final Sweep sweep;
  private final List<CellResult> results;
  private final List<Double> losses;

  /** All that some cell has. */
  private final List<Metric> metrics;

  /**
   * @param results what became of the cells that are done
   * @param losses the training losses whose first reaching is told
   */
  SweepTable(Sweep sweep, List<CellResult> results, List<Double> losses) {
    this.sweep = sweep;
    this.results = results;
    this.losses = losses;
    metrics =
        results.stream()
            .flatMap(result -> result.replicas().stream())
            .flatMap(replica -> replica.metrics().keySet().stream())
            .distinct()
            .toList();
  }

  void write(BufferedWriter out) throws IOException {
    write(out, head());
    for (CellResult result : results) {
      if (result.replicas().isEmpty()) {
        writeFailed(out, result);
      }
      for (ReplicaResult replica : result.replicas()) {
        write(out, row(result.cell(), replica));
      }
    }
  }

  private static void write(BufferedWriter out, List<String> cells) throws IOException {
    out.write(cells.stream().map(Texts::cell).collect(Collectors.joining(",")) + "\n");
  }

  private List<String> head() {
    List<String> head = new ArrayList<>(List.of("cell"));
    sweep.varied().stream().map(Varied::name).map(SweepTable::column).forEach(head::add);
    head.addAll(
        List.of(
            "arm",
            "replica",
            "replica_seed",
            "trained_epochs",
            "final_train_loss",
            "final_test_loss",
            "best_test_loss",
            "best_test_epoch"));
    boolean hasTargets = metrics.stream().map(Metric::target).distinct().count() > 1;
    for (Metric metric : metrics) {
      head.add("final_" + metric.kind().id() + (hasTargets ? "_" + metric.target() : ""));
    }
    losses.forEach(loss -> head.add("epochs_to_train_loss_" + loss));
    head.add("failed");
    return head;
  }

  /** A setting as the name of a column, the way of the other columns. */
  private static String column(String setting) {
    return setting.replace('-', '_');
  }

  private List<String> row(Sweep.Cell cell, ReplicaResult replica) {
    List<String> row = new ArrayList<>(start(cell, replica.arm(), replica.replica()));
    row.add(Integer.toString(replica.epochs()));
    row.add(number(replica.finalTrainLoss()));
    row.add(number(replica.finalTestLoss()));
    row.add(number(replica.bestTestLoss()));
    row.add(number(replica.bestTestEpoch()));
    for (Metric metric : metrics) {
      row.add(number(replica.metrics().getOrDefault(metric, Double.NaN)));
    }
    losses.forEach(loss -> row.add(number(replica.reached().get(loss))));
    row.add(Boolean.toString(replica.hasFailed()));
    return row;
  }

  /** A cell that could not be trained has rows too, with nothing in them. */
  private void writeFailed(BufferedWriter out, CellResult result) throws IOException {
    Sweep.Cell cell = result.cell();
    for (Arm arm : cell.settings().net().arms()) {
      for (int replica = 0; replica < cell.settings().fit().replicas(); replica++) {
        List<String> row = new ArrayList<>(start(cell, arm, replica));
        row.add("0");
        for (int i = 0; i < 4 + metrics.size() + losses.size(); i++) {
          row.add("");
        }
        row.add("true");
        write(out, row);
      }
    }
  }

  private static List<String> start(Sweep.Cell cell, Arm arm, int replica) {
    List<String> start = new ArrayList<>(List.of(cell.name()));
    start.addAll(cell.values().values());
    start.add(arm.id());
    start.add(Integer.toString(replica));
    start.add(Integer.toString(cell.settings().fit().seed() + replica));
    return start;
  }

  private static String number(double value) {
    return Double.isFinite(value) ? Double.toString(value) : "";
  }

  private static String number(OptionalInt value) {
    return value.isPresent() ? Integer.toString(value.getAsInt()) : "";
  }
}
