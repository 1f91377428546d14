package io.github.batchnormlab.report;

import io.github.batchnormlab.report.Chart.Panel;
import io.github.batchnormlab.report.Plots.Band;
import io.github.batchnormlab.report.Plots.Points;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import tech.tablesaw.plotly.components.Axis;
import tech.tablesaw.plotly.traces.Trace;

/** How R² or the accuracy of the test rows grows over the epochs. */
final class MetricCharts {
  /** As fine as a small figure is wide; all arms together. */
  private static final int BINS = 1_600;

  /** So far an axis that leaves out values goes below what it shows, as a share of that. */
  private static final double BELOW = 0.25;

  private final List<ArmResult> arms;
  private final int bins;
  private boolean leavesOut;

  private MetricCharts(List<ArmResult> arms, int figures) {
    this.arms = arms;
    bins = Math.max(50, BINS / (arms.size() * figures));
  }

  /** One chart with a figure for each metric, nothing where there is no value. */
  static List<Chart> of(List<ArmResult> arms, List<Metric> metrics, Settings.Kind kind) {
    var charts = new MetricCharts(arms, metrics.size());
    List<Panel> panels =
        IntStream.range(0, metrics.size())
            .mapToObj(i -> charts.panel(i, metrics.get(i), metrics.size() > 1))
            .filter(Objects::nonNull)
            .toList();
    if (panels.isEmpty()) {
      return List.of();
    }
    String label = metrics.get(0).kind().label();
    String heading = label.substring(0, 1).toUpperCase(Locale.ROOT) + label.substring(1);
    return List.of(
        new Chart(
            heading + " of the test " + kind.rows(),
            "See which network’s "
                + label
                + " is higher at the same epoch"
                + (arms.get(0).trainLoss().length == 1
                    ? "."
                    : ": medians over the replicas, and bands from the 10th to the 90th percentile.")
                + (charts.leavesOut
                    ? " The axis begins a little below 0, or below the lowest value at the end, and"
                        + " leaves out lower ones, such as those of the first epochs: a double-click"
                        + " shows them."
                    : ""),
            Chart.keys(arms.stream().map(ArmResult::arm).toList()),
            panels));
  }

  /** Null if there is nothing to see. */
  private Panel panel(int index, Metric metric, boolean isNamed) {
    List<Trace> bands = new ArrayList<>();
    List<Trace> lines = new ArrayList<>();
    List<double[]> curves = new ArrayList<>();
    for (ArmResult arm : arms) {
      double[][] values = arm.metrics().get(metric);
      double[] median = values == null ? new double[0] : finite(values, 0.5);
      if (Arrays.stream(median).allMatch(Double::isNaN)) {
        continue;
      }
      String colour = arm.arm().colour();
      if (values.length > 1) {
        double[] low = finite(values, 0.1);
        double[] high = finite(values, 0.9);
        int[] kept = Thinning.keep(low, bins);
        String name = "10th to 90th percentile, " + arm.arm().label();
        bands.add(
            Plots.band(
                name, colour, 0.14, new Band(Plots.doubles(kept), at(low, kept), at(high, kept))));
        curves.add(low);
      }
      int[] kept = Thinning.keep(median, bins);
      Points points = new Points(Plots.doubles(kept), at(median, kept));
      lines.add(Plots.line(arm.arm().label(), colour, false, points));
      curves.add(median);
    }
    if (lines.isEmpty()) {
      return null;
    }
    bands.addAll(lines);
    Axis epochs = Plots.axis("epoch", Axis.Type.LINEAR, Plots.COUNT).build();
    return Panel.of(
        "metric-" + index,
        isNamed ? Names.of(metric) : "",
        Plots.figure(epochs, axis(metric.kind().label(), curves), false, bands));
  }

  /**
   * All of the values, or from not far below 0 and where the curves end: R² has no lowest value,
   * and the first epochs would take most of the axis.
   */
  private Axis axis(String title, List<double[]> curves) {
    double lowest = curves.stream().flatMapToDouble(MetricCharts::values).min().orElseThrow();
    double highest = curves.stream().flatMapToDouble(MetricCharts::values).max().orElseThrow();
    double end =
        curves.stream()
            .mapToDouble(curve -> curve[curve.length - 1])
            .filter(Double::isFinite)
            .min()
            .orElse(lowest);
    double low = Math.min(end, 0);
    double from = low - BELOW * (Math.max(highest, 0) - low);
    Axis.AxisBuilder axis = Plots.linear(title);
    if (lowest < from) {
      leavesOut = true;
      axis.range(from, highest + 0.05 * (highest - from));
    }
    return axis.build();
  }

  private static DoubleStream values(double[] curve) {
    return Arrays.stream(curve).filter(Double::isFinite);
  }

  private static double[] finite(double[][] values, double level) {
    return Arrays.stream(Curve.overReplicas(values, level))
        .map(value -> Double.isFinite(value) ? value : Double.NaN)
        .toArray();
  }

  private static double[] at(double[] values, int[] places) {
    return Arrays.stream(places).mapToDouble(place -> values[place]).toArray();
  }
}
