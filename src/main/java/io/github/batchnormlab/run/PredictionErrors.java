package io.github.batchnormlab.run;

import io.github.batchnormlab.data.Preprocessing;
import io.github.batchnormlab.data.RowListener;
import io.github.batchnormlab.model.TrainedNetwork;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How far predictions are from the targets, of the rows that have them; in one pass. */
final class PredictionErrors {
  private static final int LONGEST_NAME = 40;

  private final Preprocessing preprocessing;
  private final boolean isClasses;

  /** Of each target, how many rows have it, and how many do not. */
  private final long[] counts;

  private final long[] missing;

  private long unknown;
  private final double[] means;
  private final double[] squares;
  private final double[] sums;

  PredictionErrors(Preprocessing preprocessing) {
    this.preprocessing = preprocessing;
    isClasses = preprocessing.task() == Task.CLASSIFICATION;
    int targets = preprocessing.targets().size();
    counts = new long[targets];
    missing = new long[targets];
    means = new double[targets];
    squares = new double[targets];
    sums = new double[2 * targets];
  }

  /**
   * Takes a row.
   *
   * @param truth as a {@link RowListener} gets it
   * @param said in the units of the file, or the logarithm of the probability of each class
   */
  void add(double[] truth, double[] said) {
    for (int i = 0; i < truth.length; i++) {
      if (Double.isNaN(truth[i])) {
        missing[i]++;
      } else if (isClasses && truth[i] == RowListener.UNKNOWN_CLASS) {
        unknown++;
      } else {
        counts[i]++;
        if (isClasses) {
          sums[0] += TrainedNetwork.likeliest(said) == (int) truth[i] ? 1 : 0;
          sums[1] -= said[(int) truth[i]];
        } else { // Welford's mean and sum of squares, in one pass.
          double rest = truth[i] - means[i];
          means[i] += rest / counts[i];
          squares[i] += rest * (truth[i] - means[i]);
          sums[i] += (truth[i] - said[i]) * (truth[i] - said[i]);
        }
      }
    }
  }

  /** The metrics of all targets that a row has. */
  Map<Metric, Double> metrics() {
    Map<Metric, Double> metrics = new LinkedHashMap<>();
    for (Metric metric : Metric.of(preprocessing.task(), preprocessing.targets())) {
      int i = preprocessing.targets().indexOf(metric.target());
      if (counts[i] > 0) {
        metrics.put(
            metric,
            switch (metric.kind()) {
              case ACCURACY -> sums[0] / counts[0];
              case CROSS_ENTROPY -> sums[1] / counts[0];
              case RMSE -> Math.sqrt(sums[i] / counts[i]);
              case R2 -> Metric.determination(sums[i], squares[i], counts[i]);
            });
      }
    }
    return metrics;
  }

  /** Which rows the metrics are not of, in sentences. */
  List<String> remarks() {
    String row = preprocessing.image().isPresent() ? "image" : "row";
    List<String> remarks = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      List<String> others = new ArrayList<>();
      if (missing[i] > 0) {
        others.add(has(missing[i]) + "no value");
      }
      if (unknown > 0) {
        others.add(has(unknown) + "a class that no training " + row + " has");
      }
      if (!others.isEmpty()) {
        remarks.add(
            Plain.count(counts[i])
                + " of "
                + Plain.count(counts[i] + missing[i] + unknown, row)
                + " count for "
                + Plain.cut(preprocessing.targets().get(i), LONGEST_NAME)
                + "; "
                + String.join(", ", others)
                + ".");
      }
    }
    return remarks;
  }

  private static String has(long rows) {
    return Plain.count(rows) + (rows == 1 ? " has " : " have ");
  }
}
