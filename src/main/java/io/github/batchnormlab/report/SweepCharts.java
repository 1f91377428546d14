package io.github.batchnormlab.report;

import io.github.batchnormlab.report.Chart.Panel;
import io.github.batchnormlab.report.Plots.Band;
import io.github.batchnormlab.report.Plots.Points;
import io.github.batchnormlab.report.SweepQuantity.Estimate;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.CellResult;
import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.Sweep;
import io.github.batchnormlab.study.Varied;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import tech.tablesaw.plotly.components.Axis;
import tech.tablesaw.plotly.components.Marker;
import tech.tablesaw.plotly.components.TickSettings;
import tech.tablesaw.plotly.traces.ScatterTrace.Mode;
import tech.tablesaw.plotly.traces.Trace;

/** What the arms came to over the values of one varied setting, as lines. */
final class SweepCharts {
  /** Values that lie further apart than this, as a ratio, need a logarithmic axis. */
  private static final double WIDE = 10;

  /** In characters, on the axis of a figure that may be as small as a phone's. */
  private static final int LONGEST = 30;

  private final Sweep sweep;
  private final List<CellResult> results;
  private final Varied varied;

  /** Where the values lie on the axis. */
  private final double[] places;

  private final boolean isNumeric;

  private SweepCharts(Sweep sweep, List<CellResult> results) {
    this.sweep = sweep;
    varied = sweep.varied().get(0);
    isNumeric = varied.values().stream().allMatch(SweepCharts::isNumber);
    this.results =
        isNumeric
            ? results.stream()
                .sorted((a, b) -> Double.compare(number(value(a)), number(value(b))))
                .toList()
            : results;
    places =
        IntStream.range(0, results.size())
            .mapToDouble(i -> isNumeric ? number(value(this.results.get(i))) : i)
            .toArray();
  }

  /** A chart for each quantity that there is; none if not exactly one setting varies. */
  static List<Chart> of(Sweep sweep, List<CellResult> results) {
    if (sweep.varied().size() != 1) {
      return List.of();
    }
    var charts = new SweepCharts(sweep, results);
    List<SweepQuantity> quantities = SweepQuantity.of(results);
    return IntStream.range(0, quantities.size())
        .mapToObj(i -> charts.chart(i, quantities.get(i)))
        .filter(Objects::nonNull)
        .toList();
  }

  private String value(CellResult result) {
    return result.cell().values().get(varied.name());
  }

  private static boolean isNumber(String text) {
    try {
      return Double.isFinite(number(text));
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static double number(String text) {
    return Double.parseDouble(text);
  }

  private Chart chart(int index, SweepQuantity quantity) {
    List<Trace> bands = new ArrayList<>();
    List<Trace> lines = new ArrayList<>();
    List<Arm> shown = new ArrayList<>();
    double[] all = quantity.medians(results, sweep.arms());
    boolean isLogarithmic = quantity.isLogarithmic(all);
    for (Arm arm : sweep.arms()) {
      List<Estimate> estimates = results.stream().map(r -> quantity.estimate(r, arm)).toList();
      double[] medians = finite(estimates.stream().map(Estimate::median).toList());
      if (Arrays.stream(medians).allMatch(Double::isNaN)) {
        continue;
      }
      List<Bounded> intervals =
          estimates.stream().map(e -> e.interval().orElse(Bounded.NOT_AVAILABLE)).toList();
      double[] low = finite(intervals);
      double[] high = finite(intervals.stream().map(i -> Bounded.exactly(i.high())).toList());
      if (!Arrays.stream(low).allMatch(Double::isNaN)) {
        bands.add(
            Plots.band(
                "interval of " + arm.label(), arm.colour(), 0.14, new Band(places, low, high)));
      }
      shown.add(arm);
      lines.add(
          Plots.scatter(arm.label(), new Points(places, medians))
              .mode(Mode.LINE_AND_MARKERS)
              .line(Plots.line(arm.colour(), false, 2))
              .marker(Marker.builder().size(7).color(arm.colour()).build())
              .build());
    }
    if (lines.isEmpty()) {
      return null;
    }
    bands.addAll(lines);
    String name = Plain.cut(Names.inside(quantity.name()), LONGEST);
    Axis y =
        isLogarithmic
            ? Plots.axis(name, Axis.Type.LOG, Plots.NUMBER).build()
            : Plots.linear(name).build();
    return new Chart(
        quantity.name(),
        "See how much each line rises and falls: the flatter it is, the less the network depends on "
            + varied.name()
            + ". Medians over the replicas"
            + (bands.size() > shown.size() ? ", and the intervals that hold them." : "."),
        Chart.keys(shown),
        List.of(Panel.of("sweep-" + index, "", Plots.figure(axis(), y, false, bands))));
  }

  private static double[] finite(List<Bounded> values) {
    return values.stream()
        .mapToDouble(value -> Double.isFinite(value.low()) ? value.low() : Double.NaN)
        .toArray();
  }

  private Axis axis() {
    if (!isNumeric) {
      String[] names = results.stream().map(this::value).map(Names::onAxis).toArray(String[]::new);
      return Axis.builder()
          .title(varied.name())
          .type(Axis.Type.LINEAR)
          .tickSettings(
              TickSettings.builder()
                  .tickMode(TickSettings.TickMode.ARRAY)
                  .arrayTicks(
                      places, Arrays.stream(names).map(Scripts::literal).toArray(String[]::new))
                  .build())
          .build();
    }
    double least = Arrays.stream(places).min().orElse(0);
    double most = Arrays.stream(places).max().orElse(0);
    boolean isLogarithmic = least > 0 && most / least >= WIDE;
    return isLogarithmic
        ? Plots.axis(varied.name(), Axis.Type.LOG, Plots.NUMBER).build()
        : Plots.linear(varied.name()).build();
  }
}
