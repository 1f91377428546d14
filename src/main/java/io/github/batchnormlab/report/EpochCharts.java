package io.github.batchnormlab.report;

import io.github.batchnormlab.report.Chart.Panel;
import io.github.batchnormlab.report.Plots.Points;
import io.github.batchnormlab.study.ArmResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import tech.tablesaw.plotly.components.Axis;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.components.Marker;
import tech.tablesaw.plotly.components.Symbol;
import tech.tablesaw.plotly.components.TickSettings;
import tech.tablesaw.plotly.components.TickSettings.TickMode;
import tech.tablesaw.plotly.traces.ScatterTrace.Mode;
import tech.tablesaw.plotly.traces.Trace;

/** How many epochs each arm needs to come down to each loss. */
final class EpochCharts {
  /** So far apart, in powers of ten, the arms stand at the same loss. */
  private static final double STEP = 0.03;

  /** Room beyond the first and the last loss, in powers of ten; less where losses are close. */
  private static final double MARGIN = 0.25;

  private EpochCharts() {}

  /**
   * Nothing if no arm reaches any of the losses.
   *
   * @param areClose whether the losses may lie so close that points of one could pass for another's
   */
  static List<Chart> of(List<ArmResult> arms, Thresholds thresholds, boolean areClose) {
    var panels = new ArrayList<Panel>();
    add(
        panels,
        "epochs-train",
        "Training loss",
        arms,
        thresholds.train(),
        Quantity.trainEpochs(thresholds),
        areClose);
    add(
        panels,
        "epochs-test",
        "Test loss",
        arms,
        thresholds.test(),
        Quantity.testEpochs(thresholds),
        areClose);
    if (panels.isEmpty()) {
      return List.of();
    }
    boolean single = arms.get(0).trainLoss().length == 1;
    return List.of(
        new Chart(
            "Epochs over the loss to reach",
            single
                ? "See how the epochs grow as the loss to reach falls, from left to right; a triangle"
                    + " stands at the number of epochs trained where a loss was not reached."
                : "See how the epochs grow as the loss to reach falls, from left to right: medians"
                    + " with whiskers from the lower to the upper quartile; a triangle is a median of"
                    + " at least that many epochs, because replicas did not reach the loss.",
            Chart.keys(arms.stream().map(ArmResult::arm).toList()),
            panels));
  }

  private static void add(
      List<Panel> panels,
      String id,
      String title,
      List<ArmResult> arms,
      List<Double> losses,
      List<Quantity> epochs,
      boolean areClose) {
    List<Quantity> reached = Quantity.reached(epochs, arms);
    if (reached.isEmpty()) {
      return;
    }
    // They are in falling order, and so are those that some arm reached.
    double[] thresholds = losses.stream().limit(reached.size()).mapToDouble(loss -> loss).toArray();
    var traces = new ArrayList<Trace>();
    double step = areClose ? step(thresholds, arms.size()) : STEP;
    double span = Math.log10(thresholds[0] / thresholds[thresholds.length - 1]);
    double margin = areClose ? Math.min(MARGIN, 0.08 * span + step * arms.size()) : MARGIN;
    double largest = 0;
    for (int i = 0; i < arms.size(); i++) {
      ArmResult arm = arms.get(i);
      String colour = arm.arm().colour();
      // A little apart, so that whiskers at the same loss do not cover each other.
      double shift = Math.pow(10, step * (i - (arms.size() - 1) / 2.0));
      double[] places = Arrays.stream(thresholds).map(loss -> loss * shift).toArray();
      double[] medians = new double[thresholds.length];
      double[] bounds = new double[thresholds.length];
      var whiskers = new ArrayList<Points>();
      for (int j = 0; j < thresholds.length; j++) {
        Spread spread = Spread.of(reached.get(j).of(arm));
        medians[j] = exact(spread.median());
        bounds[j] = spread.median().isExact() ? Double.NaN : spread.median().low();
        double low = exact(spread.lower());
        double high = exact(spread.upper());
        whiskers.add(new Points(new double[] {places[j], places[j]}, new double[] {low, high}));
        largest =
            DoubleStream.of(largest, medians[j], bounds[j], high)
                .filter(Double::isFinite)
                .max()
                .orElseThrow();
      }
      String label = arm.arm().label();
      traces.add(
          Plots.scatter(label + ", quartiles", Points.join(whiskers))
              .mode(Mode.LINE)
              .line(Plots.line(colour, false, 2))
              .build());
      traces.add(markers(label, new Points(places, medians), colour, Symbol.CIRCLE));
      traces.add(
          markers(label + ", at least", new Points(places, bounds), colour, Symbol.TRIANGLE_UP));
    }
    panels.add(Panel.of(id, title, figure(traces, thresholds, largest, margin)));
  }

  /** Half of the way to the next loss is room for all arms. */
  private static double step(double[] thresholds, int arms) {
    double nearest =
        IntStream.range(1, thresholds.length)
            .mapToDouble(i -> Math.log10(thresholds[i - 1] / thresholds[i]))
            .min()
            .orElse(1);
    return Math.min(STEP, nearest / (2 * arms));
  }

  private static Trace markers(String name, Points points, String colour, Symbol symbol) {
    return Plots.scatter(name, points)
        .mode(Mode.MARKERS)
        .marker(Marker.builder().size(9).color(colour).symbol(symbol).build())
        .build();
  }

  private static Figure figure(
      List<Trace> traces, double[] thresholds, double largest, double margin) {
    TickSettings ticks =
        TickSettings.builder()
            .tickMode(TickMode.ARRAY)
            .format(Plots.NUMBER)
            .arrayTicks(
                thresholds,
                Arrays.stream(thresholds).mapToObj(Numbers::exact).toArray(String[]::new))
            .build();
    // From the highest loss to the lowest, as training passes them. Ranges of a logarithmic axis
    // are powers of ten.
    Axis loss =
        Axis.builder()
            .title("loss to reach")
            .type(Axis.Type.LOG)
            .tickSettings(ticks)
            .range(
                Math.log10(thresholds[0]) + margin,
                Math.log10(thresholds[thresholds.length - 1]) - margin)
            .build();
    Axis epochs =
        Plots.axis("epoch", Axis.Type.LINEAR, Plots.COUNT).range(0, 1.06 * largest).build();
    return Plots.figure(loss, epochs, false, traces);
  }

  private static double exact(Bounded bounded) {
    return bounded.isExact() ? bounded.low() : Double.NaN;
  }
}
