package io.github.batchnormlab.report;

import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.CellResult;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.ReplicaResult;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * A number that each replica of a cell gives. One whose training has failed counts as worse than
 * any.
 *
 * @param name what it is
 * @param isLoss whether a logarithmic axis suits it, and the smallest is the best
 * @param measure the number of one replica, NaN if it has none
 */
record SweepQuantity(String name, boolean isLoss, ToDoubleFunction<ReplicaResult> measure) {
  static final SweepQuantity BEST_TEST_LOSS =
      new SweepQuantity("Best test loss", true, ReplicaResult::bestTestLoss);

  private static final List<SweepQuantity> LOSSES =
      List.of(
          BEST_TEST_LOSS,
          new SweepQuantity("Final test loss", true, ReplicaResult::finalTestLoss),
          new SweepQuantity("Final training loss", true, ReplicaResult::finalTrainLoss));

  /** The losses, and the metrics of the first targets that some cell has. */
  static List<SweepQuantity> of(List<CellResult> results) {
    Stream<SweepQuantity> metrics =
        results.stream()
            .flatMap(result -> result.replicas().stream())
            .flatMap(replica -> replica.metrics().keySet().stream())
            .filter(metric -> metric.kind() != Metric.Kind.CROSS_ENTROPY)
            .distinct()
            .limit(2L * Metrics.TOLD_TARGETS) // R² and RMSE of each.
            .map(SweepQuantity::of);
    return Stream.concat(LOSSES.stream(), metrics).toList();
  }

  private static SweepQuantity of(Metric metric) {
    return new SweepQuantity(
        "Final " + Names.of(metric),
        !metric.kind().largerIsBetter(),
        replica -> replica.metrics().getOrDefault(metric, Double.NaN));
  }

  /** The number of each replica of an arm in a cell. */
  List<Bounded> of(CellResult result, Arm arm) {
    return result.of(arm).stream().map(this::of).toList();
  }

  private Bounded of(ReplicaResult replica) {
    double value = measure.applyAsDouble(replica);
    if (Double.isFinite(value)) {
      return Bounded.exactly(value);
    }
    if (!replica.hasFailed()) {
      return Bounded.NOT_AVAILABLE;
    }
    return isLoss ? Bounded.INFINITE : Bounded.LEAST;
  }

  /**
   * What an arm came to in a cell.
   *
   * @param median over its replicas
   * @param interval holds the median of all seeds there could be; empty with few replicas
   */
  record Estimate(Bounded median, Optional<Bounded> interval) {
    String text() {
      if (!median.isAvailable()) {
        return Tables.DASH;
      }
      return median.isExact() ? Numbers.significant(median.low()) : "failed";
    }

    String note() {
      return interval.map(range -> range.low() < range.high() ? text(range) : "").orElse("");
    }

    private static String text(Bounded range) {
      return Numbers.estimate(range.low()) + " to " + Numbers.estimate(range.high());
    }
  }

  Estimate estimate(CellResult result, Arm arm) {
    List<Bounded> values = of(result, arm);
    double[] sorted =
        values.stream().filter(Bounded::isAvailable).mapToDouble(Bounded::low).sorted().toArray();
    if (sorted.length == 0 || sorted.length < values.size()) {
      return new Estimate(Bounded.NOT_AVAILABLE, Optional.empty());
    }
    return new Estimate(
        Bounded.exactly(Quantiles.of(sorted, 0.5)),
        MedianInterval.of(sorted.length).map(interval -> interval.of(sorted, sorted)));
  }

  /** All finite medians of some results. */
  double[] medians(List<CellResult> results, List<Arm> arms) {
    return results.stream()
        .flatMap(result -> arms.stream().map(arm -> estimate(result, arm).median()))
        .filter(Bounded::isExact)
        .mapToDouble(Bounded::low)
        .toArray();
  }

  /** Whether a logarithmic scale has a place for all of some values. */
  boolean isLogarithmic(double[] values) {
    return isLoss && Arrays.stream(values).allMatch(value -> value > 0);
  }
}
