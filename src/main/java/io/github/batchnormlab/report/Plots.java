package io.github.batchnormlab.report;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.plotly.components.Axis;
import tech.tablesaw.plotly.components.Config;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.components.Layout;
import tech.tablesaw.plotly.components.Line;
import tech.tablesaw.plotly.components.Marker;
import tech.tablesaw.plotly.components.TickSettings;
import tech.tablesaw.plotly.components.TickSettings.TickMode;
import tech.tablesaw.plotly.traces.AbstractTrace.Visibility;
import tech.tablesaw.plotly.traces.ScatterTrace;
import tech.tablesaw.plotly.traces.ScatterTrace.Fill;
import tech.tablesaw.plotly.traces.ScatterTrace.Mode;
import tech.tablesaw.plotly.traces.Trace;

/** What the figures share. Colours of the surroundings are the page's to choose. */
final class Plots {

  /** d3's names of number formats; Plotly's own choice mixes 8000 with 10k. */
  static final String COUNT = ",.10~g";

  static final String NUMBER = "~g";

  private Plots() {}

  /** The points of a line, NaN where it has a gap. */
  record Points(double[] x, double[] y) {

    /** How many points can be seen. */
    long finite() {
      return Arrays.stream(y).filter(Double::isFinite).count();
    }

    /** Lines one after the other, with a gap between each two. */
    static Points join(List<Points> lines) {
      var gap = new double[] {Double.NaN};
      return new Points(
          lines.stream().flatMapToDouble(p -> join(p.x, gap)).toArray(),
          lines.stream().flatMapToDouble(p -> join(p.y, gap)).toArray());
    }

    private static DoubleStream join(double[] first, double[] second) {
      return DoubleStream.concat(Arrays.stream(first), Arrays.stream(second));
    }
  }

  /** What lies between two lines with points at the same places. */
  record Band(double[] x, double[] low, double[] high) {

    /** Around each unbroken part of the band: out along its lower edge, back along its upper. */
    Points outline() {
      var parts = new ArrayList<Points>();
      int from = 0;
      for (int i = 0; i <= x.length; i++) {
        if (i == x.length || Double.isNaN(low[i]) || Double.isNaN(high[i])) {
          if (i > from) {
            parts.add(new Points(around(x, x, from, i), around(low, high, from, i)));
          }
          from = i + 1;
        }
      }
      return Points.join(parts);
    }

    private static double[] around(double[] out, double[] back, int from, int to) {
      return DoubleStream.concat(
              Arrays.stream(out, from, to),
              IntStream.range(from, to).mapToDouble(i -> back[from + to - 1 - i]))
          .toArray();
    }
  }

  static Figure figure(Axis x, Axis y, boolean legend, List<Trace> traces) {
    return Figure.builder()
        .layout(Layout.builder().autosize(true).xAxis(x).yAxis(y).showLegend(legend).build())
        .config(Config.builder().responsive(true).displayLogo(false).build())
        .addTraces(traces.toArray(Trace[]::new))
        .build();
  }

  static Axis.AxisBuilder axis(String title, Axis.Type type, String format) {
    return Axis.builder()
        .title(Scripts.literal(title))
        .type(type)
        .tickSettings(
            TickSettings.builder().tickMode(TickMode.AUTO).nTicks(7).format(format).build());
  }

  /** Without a format, because d3's writes the rounding of 0 as -8.88178e-17. */
  static Axis.AxisBuilder linear(String title) {
    return Axis.builder()
        .title(Scripts.literal(title))
        .type(Axis.Type.LINEAR)
        .tickSettings(TickSettings.builder().tickMode(TickMode.AUTO).nTicks(7).build());
  }

  static Line line(String colour, boolean dashed, double width) {
    return Line.builder()
        .color(colour)
        .dash(dashed ? Line.Dash.DASH : Line.Dash.SOLID)
        .width(width)
        .simplify(false)
        .build();
  }

  static ScatterTrace.ScatterBuilder scatter(String name, Points points) {
    return ScatterTrace.builder(column(points.x()), column(points.y())).name(Scripts.literal(name));
  }

  /** A line; a single point, which a line would not show, is a marker. */
  static Trace line(String name, String colour, boolean dashed, Points points) {
    ScatterTrace.ScatterBuilder trace = scatter(name, points).line(line(colour, dashed, 2));
    return points.finite() > 1
        ? trace.mode(Mode.LINE).build()
        : trace
            .mode(Mode.LINE_AND_MARKERS)
            .marker(Marker.builder().size(7).color(colour).build())
            .build();
  }

  /** A band without an entry in the legend, with gaps where one of its edges has one. */
  static Trace band(String name, String colour, double opacity, Band band) {
    return scatter(name, band.outline())
        .mode(Mode.LINE)
        .line(line(colour, false, 0))
        .fill(Fill.TO_SELF)
        .fillColor(translucent(colour, opacity))
        .showLegend(false)
        .build();
  }

  /** A line that is there, but only shown on request. */
  static Trace onRequest(String name, String colour, boolean dashed, Points points) {
    return scatter(name, points)
        .mode(Mode.LINE)
        .line(line(colour, dashed, 0.75))
        .opacity(0.5)
        .showLegend(false)
        .visible(Visibility.LEGEND_ONLY)
        .build();
  }

  /** The same values, NaN where a logarithmic axis has no place for one. */
  static double[] positive(double[] values) {
    return above(0, values);
  }

  /** The finite values above a bound, and NaN in place of the others. */
  static double[] above(double bound, double[] values) {
    return Arrays.stream(values)
        .map(value -> value > bound && Double.isFinite(value) ? value : Double.NaN)
        .toArray();
  }

  static double[] doubles(int[] values) {
    return Arrays.stream(values).asDoubleStream().toArray();
  }

  /**
   * A shade of a colour, from dark to light.
   *
   * @param index which, from 0
   * @param of how many; of one it is the colour itself
   */
  static String shade(String colour, int index, int of) {
    if (of == 1) {
      return colour;
    }
    double light = 0.9 * index / (of - 1) - 0.4; // from -0.4, darker, to 0.5, lighter
    var rgb = Color.decode(colour);
    return String.format(
        Locale.ROOT,
        "#%02x%02x%02x",
        shade(rgb.getRed(), light),
        shade(rgb.getGreen(), light),
        shade(rgb.getBlue(), light));
  }

  private static int shade(int part, double light) {
    return (int) Math.round(light < 0 ? part * (1 + light) : part + (255 - part) * light);
  }

  static String translucent(String colour, double opacity) {
    var rgb = Color.decode(colour);
    return "rgba("
        + rgb.getRed()
        + ","
        + rgb.getGreen()
        + ","
        + rgb.getBlue()
        + ","
        + opacity
        + ")";
  }

  /**
   * As text, because Tablesaw 0.44.4 writes a double with all of its 17 digits and NaN as a word.
   * Plotly reads numbers from text, and nothing from empty text.
   */
  private static StringColumn column(double[] values) {
    Stream<String> texts = Arrays.stream(values).mapToObj(v -> Double.isFinite(v) ? text(v) : "");
    return StringColumn.create("values", texts);
  }

  /** Whole numbers such as epochs with all of their digits. */
  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : Numbers.compact(value);
  }
}
