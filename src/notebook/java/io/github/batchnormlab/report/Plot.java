package io.github.batchnormlab.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import tech.tablesaw.plotly.components.Axis;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.components.Marker;
import tech.tablesaw.plotly.traces.ScatterTrace;
import tech.tablesaw.plotly.traces.Trace;

/**
 * Lines and points, drawn twice from the same numbers: by Tablesaw, to zoom, and by XChart, as an
 * image.
 */
public final class Plot {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 440;
  private static final int MOST_IN_A_ROW = 4;
  private static final Color INK = new Color(0x33, 0x36, 0x3b);
  private static final Color GRID = new Color(0xe6, 0xe8, 0xeb);

  private final String x;
  private final String y;
  private final List<Series> series = new ArrayList<>();
  private boolean logarithmic;

  /**
   * Starts a plot.
   *
   * @param x what the horizontal axis shows
   * @param y what the vertical axis shows
   */
  public Plot(String x, String y) {
    this.x = x;
    this.y = y;
  }

  private enum Kind {
    LINE,
    DASHES,
    POINTS
  }

  private record Series(String name, String colour, Kind kind, double[] x, double[] y) {}

  /** {@return this plot, with a logarithmic vertical axis} All values must be positive. */
  public Plot logarithmic() {
    logarithmic = true;
    return this;
  }

  /**
   * {@return this plot, with a line more}
   *
   * @param name what the legend says
   * @param colour {@code #rrggbb}
   * @param x where its points are
   * @param y as many values
   */
  public Plot line(String name, String colour, double[] x, double[] y) {
    return add(name, colour, Kind.LINE, x, y);
  }

  /**
   * {@return this plot, with a line more whose points are at 0, 1, 2 and so on}
   *
   * @param name what the legend says
   * @param colour {@code #rrggbb}
   * @param y the values
   */
  public Plot line(String name, String colour, double[] y) {
    return add(name, colour, Kind.LINE, count(y), y);
  }

  /**
   * {@return this plot, with a dashed line more}
   *
   * @param name what the legend says
   * @param colour {@code #rrggbb}
   * @param x where its points are
   * @param y as many values
   */
  public Plot dashes(String name, String colour, double[] x, double[] y) {
    return add(name, colour, Kind.DASHES, x, y);
  }

  /**
   * {@return this plot, with a dashed line more whose points are at 0, 1, 2 and so on}
   *
   * @param name what the legend says
   * @param colour {@code #rrggbb}
   * @param y the values
   */
  public Plot dashes(String name, String colour, double[] y) {
    return add(name, colour, Kind.DASHES, count(y), y);
  }

  /**
   * {@return this plot, with points more}
   *
   * @param name what the legend says
   * @param colour {@code #rrggbb}
   * @param x where they are
   * @param y as many values
   */
  public Plot points(String name, String colour, double[] x, double[] y) {
    return add(name, colour, Kind.POINTS, x, y);
  }

  private Plot add(String name, String colour, Kind kind, double[] x, double[] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(
          "“" + name + "” has " + x.length + " places for " + y.length + " values");
    }
    series.add(new Series(name, colour, kind, x, y));
    return this;
  }

  private static double[] count(double[] y) {
    return IntStream.range(0, y.length).asDoubleStream().toArray();
  }

  /** {@return the figure and the image} */
  public Picture picture() {
    return new Picture(figure(), image());
  }

  private Figure figure() {
    Axis.AxisBuilder vertical =
        logarithmic ? Plots.axis(y, Axis.Type.LOG, Plots.NUMBER) : Plots.linear(y);
    return Plots.figure(
        Plots.linear(x).build(),
        vertical.build(),
        series.size() > 1,
        series.stream().map(Plot::trace).toList());
  }

  private static Trace trace(Series series) {
    var points = new Plots.Points(series.x, series.y);
    return series.kind == Kind.POINTS
        ? Plots.scatter(series.name, points)
            .mode(ScatterTrace.Mode.MARKERS)
            .marker(Marker.builder().size(6).color(series.colour).opacity(0.75).build())
            .build()
        : Plots.line(series.name, series.colour, series.kind == Kind.DASHES, points);
  }

  private BufferedImage image() {
    XYChart chart =
        new XYChartBuilder().width(WIDTH).height(HEIGHT).xAxisTitle(x).yAxisTitle(y).build();
    style(chart);
    for (Series one : series) {
      Color colour = Color.decode(one.colour);
      XYSeries added = chart.addSeries(one.name, one.x, one.y);
      added.setLineColor(colour);
      added.setMarkerColor(colour);
      if (one.kind == Kind.POINTS) {
        added.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        added.setMarker(SeriesMarkers.CIRCLE);
      } else {
        added.setMarker(SeriesMarkers.NONE);
        float[] dashes = one.kind == Kind.DASHES ? new float[] {6, 3} : null;
        added.setLineStyle(
            new BasicStroke(1.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dashes, 0));
        added.setSmooth(one.x.length > WIDTH / 4); // As in LossPicture: else dashes come out solid.
      }
    }
    return BitmapEncoder.getBufferedImage(chart);
  }

  private void style(XYChart chart) {
    chart
        .getStyler()
        .setLocale(Locale.ROOT)
        .setChartBackgroundColor(Color.WHITE)
        .setChartFontColor(INK)
        .setChartPadding(8)
        .setChartTitleVisible(false)
        .setLegendVisible(series.size() > 1)
        // A row of many entries would not fit.
        .setLegendPosition(
            series.size() <= MOST_IN_A_ROW ? LegendPosition.OutsideS : LegendPosition.OutsideE)
        .setLegendLayout(
            series.size() <= MOST_IN_A_ROW ? LegendLayout.Horizontal : LegendLayout.Vertical)
        .setLegendBorderColor(Color.WHITE)
        .setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12))
        .setMarkerSize(5);
    chart
        .getStyler()
        .setYAxisLogarithmic(logarithmic)
        .setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12))
        .setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12))
        .setAxisTickMarksColor(GRID)
        .setPlotGridLinesColor(GRID)
        .setPlotGridLinesStroke(new BasicStroke(0.8f))
        .setPlotBorderColor(GRID);
    chart.getStyler().setXAxisTickMarkSpacingHint(80);
    chart.getStyler().setXAxisTickLabelsColor(INK).setYAxisTickLabelsColor(INK);
    if (series.stream().noneMatch(one -> Arrays.stream(one.y).anyMatch(v -> Math.abs(v) < 1e-3))) {
      chart.getStyler().setYAxisDecimalPattern("#,##0.###");
    }
    chart.getStyler().setXAxisDecimalPattern("#,##0.###");
    // Without bounds XChart 3.8.8 sees equally spaced values and picks odd steps for its labels.
    double low = series.stream().flatMapToDouble(one -> Arrays.stream(one.x)).min().orElse(0);
    double high = series.stream().flatMapToDouble(one -> Arrays.stream(one.x)).max().orElse(1);
    chart.getStyler().setXAxisMin(low - 0.03 * (high - low));
    chart.getStyler().setXAxisMax(high + 0.03 * (high - low));
  }
}
