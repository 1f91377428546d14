package io.github.batchnormlab.report;

import io.github.batchnormlab.report.Chart.Panel;
import io.github.batchnormlab.report.Plots.Points;
import io.github.batchnormlab.study.ArmResult;
import java.util.ArrayList;
import java.util.List;
import tech.tablesaw.plotly.components.Axis;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.components.Marker;
import tech.tablesaw.plotly.traces.ScatterTrace.Mode;
import tech.tablesaw.plotly.traces.Trace;

/** How many epochs each arm needs to come down to each loss. */
final class EpochCharts {
  private EpochCharts() {}

  /** Nothing if no arm reaches any of the losses. */
  static List<Chart> of(List<ArmResult> arms) {
    var panels = new ArrayList<Panel>();
    add(panels, "epochs-train", "Training loss", arms, Quantity.TRAIN_EPOCHS);
    add(panels, "epochs-test", "Test loss", arms, Quantity.TEST_EPOCHS);
    if (panels.isEmpty()) {
      return List.of();
    }
    boolean single = arms.get(0).trainLoss().length == 1;
    return List.of(
        new Chart(
            "Epochs over the loss to reach",
            single
                ? "See how the epochs grow as the loss to reach falls, from left to right; a loss"
                    + " that was not reached has no point."
                : "See how the epochs grow as the loss to reach falls, from left to right: medians"
                    + " with whiskers from the lower to the upper quartile; what is known only by a"
                    + " bound, because replicas did not reach the loss, has no point.",
            Chart.keys(arms.stream().map(ArmResult::arm).toList()),
            panels));
  }

  private static void add(
      List<Panel> panels, String id, String title, List<ArmResult> arms, List<Quantity> losses) {
    var traces = new ArrayList<Trace>();
    double largest = 0;
    for (int i = 0; i < arms.size(); i++) {
      ArmResult arm = arms.get(i);
      String colour = Curve.colour(arm.arm());
      // A little apart, so that whiskers at the same loss do not cover each other.
      double shift = Math.pow(10, 0.03 * (i - (arms.size() - 1) / 2.0));
      var medians = new ArrayList<Points>();
      var whiskers = new ArrayList<Points>();
      for (int j = 0; j < losses.size(); j++) {
        double loss = Summary.THRESHOLDS.get(j) * shift;
        Spread spread = Spread.of(losses.get(j).of(arm));
        double low = exact(spread.lower());
        double median = exact(spread.median());
        double high = exact(spread.upper());
        medians.add(new Points(new double[] {loss}, new double[] {median}));
        whiskers.add(new Points(new double[] {loss, loss}, new double[] {low, high}));
        for (double epochs : new double[] {median, high}) {
          largest = Double.isNaN(epochs) ? largest : Math.max(largest, epochs);
        }
      }
      traces.add(
          Plots.scatter(arm.arm().label() + ", quartiles", Points.join(whiskers))
              .mode(Mode.LINE)
              .line(Plots.line(colour, false, 2))
              .build());
      traces.add(
          Plots.scatter(arm.arm().label(), Points.join(medians))
              .mode(Mode.MARKERS)
              .marker(Marker.builder().size(8).color(colour).build())
              .build());
    }
    if (largest > 0) {
      panels.add(Panel.of(id, title, figure(traces, largest)));
    }
  }

  private static Figure figure(List<Trace> traces, double largest) {
    // From the highest loss to the lowest, as training passes them. Ranges of a logarithmic axis
    // are powers of ten.
    Axis loss = Plots.axis("loss to reach", Axis.Type.LOG, Plots.NUMBER).range(0.25, -2.25).build();
    Axis epochs =
        Plots.axis("epoch", Axis.Type.LINEAR, Plots.COUNT).range(0, 1.06 * largest).build();
    return Plots.figure(loss, epochs, false, traces);
  }

  private static double exact(Bounded bounded) {
    return bounded.isExact() ? bounded.low() : Double.NaN;
  }
}
