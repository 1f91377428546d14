package io.github.batchnormlab.report;

import java.util.Arrays;
import java.util.List;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.plotly.components.Axis;
import tech.tablesaw.plotly.components.Config;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.components.Layout;
import tech.tablesaw.plotly.components.Line;
import tech.tablesaw.plotly.components.TickSettings;
import tech.tablesaw.plotly.components.TickSettings.TickMode;
import tech.tablesaw.plotly.traces.ScatterTrace;
import tech.tablesaw.plotly.traces.ScatterTrace.Mode;
import tech.tablesaw.plotly.traces.Trace;

/** The loss curves as a Tablesaw figure. Colours of the surroundings are the page's to choose. */
final class LossFigure {

  /** Finer than any screen, so that zooming in shows something. */
  static final int BINS = 2_000;

  private LossFigure() {}

  static Figure of(List<Curve> curves) {
    var epochs = axis("epoch", Axis.Type.LINEAR, ",.10~g");
    if (!curves.stream().allMatch(Curve::hasFewPoints)) {
      // To the number of epochs, mostly round, and not to the last epoch, which is one less.
      int end = curves.stream().mapToInt(Curve::lastEpoch).max().orElse(0) + 1;
      epochs.range(0, end);
    }
    return Figure.builder()
        .layout(
            Layout.builder()
                .autosize(true)
                .xAxis(epochs.build())
                .yAxis(axis("loss", Axis.Type.LOG, "~g").build())
                .showLegend(true)
                .build())
        .config(Config.builder().responsive(true).displayLogo(false).build())
        .addTraces(curves.stream().map(LossFigure::trace).toArray(Trace[]::new))
        .build();
  }

  /**
   * @param format d3's name of a number format; Plotly's own choice mixes 8000 with 10k
   */
  private static Axis.AxisBuilder axis(String title, Axis.Type type, String format) {
    return Axis.builder()
        .title(title)
        .type(type)
        .tickSettings(
            TickSettings.builder().tickMode(TickMode.AUTO).nTicks(7).format(format).build());
  }

  private static Trace trace(Curve curve) {
    // As text, because Tablesaw 0.44.4 writes a double with all of its 17 digits and NaN as a word.
    // Plotly reads numbers from text, and nothing from empty text.
    var epochs =
        StringColumn.create("epoch", Arrays.stream(curve.epochs()).mapToObj(String::valueOf));
    var losses =
        StringColumn.create(
            "loss",
            Arrays.stream(curve.losses())
                .mapToObj(loss -> Double.isNaN(loss) ? "" : Numbers.compact(loss)));
    return ScatterTrace.builder(epochs, losses)
        .name(Scripts.literal(curve.name()))
        .mode(curve.hasFewPoints() ? Mode.LINE_AND_MARKERS : Mode.LINE)
        .line(
            Line.builder()
                .color(curve.colour())
                .dash(curve.dashed() ? Line.Dash.DASH : Line.Dash.SOLID)
                .width(curve.dashed() ? 1.75 : 2)
                .simplify(false)
                .build())
        .build();
  }
}
