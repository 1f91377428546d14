package io.github.batchnormlab.report;

import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Metric.Kind;
import io.github.batchnormlab.study.Plain;
import java.util.ArrayList;
import java.util.List;

/** Which of a table's metrics a page shows: a table may have thousands of targets. */
final class Metrics {
  /** So many targets have sentences and orders of their own. */
  static final int TOLD_TARGETS = 3;

  /** So many targets have a figure each. */
  static final int DRAWN_TARGETS = 6;

  /** So many targets have rows in tables. */
  static final int LISTED_TARGETS = 20;

  private Metrics() {}

  /**
   * The metrics of the first targets. The cross-entropy is not among them, because it is the test
   * loss.
   */
  static List<Metric> of(DataFacts facts, int mostTargets) {
    List<String> first = facts.targets().stream().limit(mostTargets).toList();
    return Metric.of(facts.task(), first).stream()
        .filter(metric -> metric.kind() != Kind.CROSS_ENTROPY)
        .toList();
  }

  /** Those that are shares of what there is, at most 1: R² or the accuracy. */
  static List<Metric> shares(List<Metric> metrics) {
    return metrics.stream().filter(metric -> metric.kind().largerIsBetter()).toList();
  }

  /** What is told of the metrics at the end, with the mean over all targets first. */
  static List<Quantity> told(DataFacts facts) {
    List<Quantity> told = new ArrayList<>();
    if (facts.targets().size() > 1) {
      told.add(Quantity.finalMean(shares(facts.metrics())));
    }
    of(facts, TOLD_TARGETS).forEach(metric -> told.add(Quantity.finalMetric(metric)));
    return told;
  }

  /** A sentence if some targets have no part in something, else empty. */
  static String leftOut(DataFacts facts, int most, String what) {
    int all = facts.targets().size();
    return all <= most
        ? ""
        : what
            + " the first "
            + most
            + " of "
            + Plain.count(all)
            + " targets; metrics.csv has all.";
  }
}
