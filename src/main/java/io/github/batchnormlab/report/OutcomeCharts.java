package io.github.batchnormlab.report;

import io.github.batchnormlab.report.Chart.Panel;
import io.github.batchnormlab.report.Plots.Points;
import io.github.batchnormlab.study.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tech.tablesaw.plotly.components.Axis;
import tech.tablesaw.plotly.components.Marker;
import tech.tablesaw.plotly.traces.ScatterTrace.Mode;
import tech.tablesaw.plotly.traces.Trace;

/** What the trained networks do, and what batch norm learned. */
final class OutcomeCharts {

  /** More points than these would only cover each other. */
  static final int MOST_POINTS = 1_000;

  /** Of what no arm owns; it has enough contrast on light and on dark. */
  private static final String GREY = "#8a919b";

  private OutcomeCharts() {}

  /** Of the first targets, if there are many. */
  static List<Chart> predictions(List<Outcome> outcomes) {
    return outcomes.stream()
        .filter(outcome -> outcome.targets().length > 0)
        .map(OutcomeCharts::predictions)
        .toList();
  }

  private static Chart predictions(Outcome outcome) {
    var panels = new ArrayList<Panel>();
    int shown = Math.min(Metrics.DRAWN_TARGETS, outcome.names().size());
    for (int target = 0; target < shown; target++) {
      int column = target;
      int[] kept = spaced(outcome.targets().length);
      double[] truth = Arrays.stream(kept).mapToDouble(i -> outcome.targets()[i][column]).toArray();
      double[] predicted =
          Arrays.stream(kept).mapToDouble(i -> outcome.predictions()[i][column]).toArray();
      double[] ends = {
        Arrays.stream(truth).min().orElseThrow(), Arrays.stream(truth).max().orElseThrow()
      };
      String name = Names.onAxis(outcome.names().get(target));
      Trace diagonal = Plots.line("predicted = true", GREY, false, new Points(ends, ends));
      Trace points =
          Plots.scatter(name + " " + outcome.arm().label(), new Points(truth, predicted))
              .mode(Mode.MARKERS)
              .marker(Marker.builder().size(4).opacity(0.6).color(outcome.arm().colour()).build())
              .build();
      panels.add(
          Panel.of(
              "predicted-" + target + "-" + outcome.arm().id(),
              Names.of(outcome.names().get(target)),
              Plots.figure(
                  Plots.linear("true " + name).build(),
                  Plots.linear("predicted " + name).build(),
                  false,
                  List.of(diagonal, points))));
    }
    return new Chart(
        "Predicted against true, " + outcome.arm().label(),
        "See how far the points lie from the grey diagonal, on which a prediction equals the truth.",
        List.of(),
        panels);
  }

  /** Of the first hidden layer. */
  static List<Chart> scaleAndShift(List<Outcome> outcomes, int hiddenLayers) {
    var panels =
        Stream.of(
                sorted(outcomes, "scale", Outcome::scale),
                sorted(outcomes, "shift", Outcome::shift))
            .flatMap(List::stream)
            .toList();
    return panels.isEmpty()
        ? List.of()
        : List.of(
            new Chart(
                "Scale and shift of the hidden units, in ascending order",
                "See how far training moved them from where every unit starts, the grey lines:"
                    + " scale 1 and shift 0. A normalization that lacks one has no line."
                    + (hiddenLayers == 1
                        ? ""
                        : " Shown is the first of the " + hiddenLayers + " hidden layers."),
                Chart.keys(
                    outcomes.stream().filter(o -> o.scale().length > 0).map(Outcome::arm).toList()),
                panels));
  }

  private static List<Panel> sorted(
      List<Outcome> outcomes, String name, Function<Outcome, double[]> values) {
    var traces = new ArrayList<Trace>();
    for (Outcome outcome : outcomes) {
      double[] sorted = Arrays.stream(values.apply(outcome)).sorted().toArray();
      int[] kept = spaced(sorted.length);
      if (kept.length > 0) {
        double[] ranks = Arrays.stream(kept).mapToDouble(i -> i + 1).toArray();
        double start = name.equals("scale") ? 1 : 0;
        if (traces.isEmpty()) {
          double[] ends = {1, sorted.length};
          traces.add(
              Plots.line("start", GREY, false, new Points(ends, new double[] {start, start})));
        }
        traces.add(
            Plots.line(
                name + " " + outcome.arm().label(),
                outcome.arm().colour(),
                false,
                new Points(ranks, Arrays.stream(kept).mapToDouble(i -> sorted[i]).toArray())));
      }
    }
    return traces.isEmpty()
        ? List.of()
        : List.of(
            Panel.of(
                "learned-" + name,
                name,
                Plots.figure(
                    Plots.axis("units, in order", Axis.Type.LINEAR, Plots.COUNT).build(),
                    Plots.linear(name).build(),
                    false,
                    traces)));
  }

  /** At most {@link #MOST_POINTS} of the indices below {@code size}, evenly spaced. */
  private static int[] spaced(int size) {
    int kept = Math.min(size, MOST_POINTS);
    return IntStream.range(0, kept)
        .map(i -> kept < 2 ? i : (int) Math.round(i * (size - 1.0) / (kept - 1)))
        .toArray();
  }
}
