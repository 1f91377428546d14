package io.github.batchnormlab.report;

import io.github.batchnormlab.study.StudyResult;
import java.awt.AWTError;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The loss curves as a picture of 500 x 400 pixels, drawn with XChart. */
public final class LossPicture {
  static final int WIDTH = 500;
  static final int HEIGHT = 400;

  /** A stretch is about a pixel wide. */
  private static final int BINS = 400;

  private LossPicture() {}

  /**
   * Writes the picture as PNG: the losses, with several replicas their medians.
   *
   * @param result what the study gave
   * @param file where to write, such as {@code batch_norm.png}; replaced if it exists
   * @throws PictureException if Java cannot draw here, for example because there are no fonts
   * @throws IOException if the file cannot be written
   */
  public static void write(StudyResult result, Path file) throws IOException, PictureException {
    Files.write(file, png(Curve.medians(Labels.of(result.comparable()).arms(), BINS)));
  }

  static byte[] png(List<Curve> curves) throws PictureException {
    try {
      BufferedImage image = BitmapEncoder.getBufferedImage(chart(curves));
      var bytes = new ByteArrayOutputStream();
      if (!ImageIO.write(image, "png", bytes)) {
        throw new IOException("Java has no PNG writer");
      }
      return bytes.toByteArray();
    } catch (IOException | RuntimeException | LinkageError | InternalError | AWTError e) {
      // Without fonts or a native library AWT fails with one of many kinds, and not always the same
      // one: the first failure of a static initializer looks different from the second.
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      throw new PictureException(
          "The picture cannot be drawn, because Java found no usable fonts or graphics here ("
              + root
              + ").",
          e);
    }
  }

  private static XYChart chart(List<Curve> curves) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .xAxisTitle("epoch")
            .yAxisTitle("loss")
            .build();
    int lastEpoch = curves.stream().mapToInt(Curve::lastEpoch).max().orElse(0);
    Range range = Range.of(curves, lastEpoch);

    // Room for the label of the last tick. It also keeps XChart 3.8.8 from seeing equally spaced
    // values, for which it picks odd steps such as 16.
    double xMax = 1.03 * (lastEpoch + 1);

    var ink = new Color(0x33, 0x36, 0x3b);
    var grid = new Color(0xe6, 0xe8, 0xeb);
    chart
        .getStyler()
        .setLocale(Locale.ROOT)
        .setChartBackgroundColor(Color.WHITE)
        .setChartFontColor(ink)
        .setChartPadding(8)
        .setLegendPosition(LegendPosition.InsideNE)
        .setLegendBackgroundColor(new Color(255, 255, 255, 225))
        .setLegendBorderColor(grid)
        .setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11))
        .setLegendPadding(6)
        .setLegendSeriesLineLength(28)
        .setChartTitleVisible(false)
        .setPlotContentSize(0.98)
        .setMarkerSize(6);
    chart
        .getStyler()
        .setYAxisLogarithmic(true)
        .setYAxisLogarithmicDecadeOnly(range.decades() > 1.2)
        .setYAxisMin(range.low())
        .setYAxisMax(range.high())
        .setXAxisMin(0.0)
        .setXAxisMax(xMax)
        .setXAxisDecimalPattern("#,##0.#")
        .setXAxisTickMarkSpacingHint(80)
        .setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11))
        .setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12))
        .setAxisTickMarksColor(grid)
        .setPlotGridLinesColor(grid)
        .setPlotGridLinesStroke(new BasicStroke(0.8f))
        .setPlotBorderColor(grid);
    chart.getStyler().setXAxisTickLabelsColor(ink).setYAxisTickLabelsColor(ink);
    for (Curve curve : curves) {
      add(chart, curve);
    }
    return chart;
  }

  private static void add(XYChart chart, Curve curve) {
    double[] epochs = Arrays.stream(curve.epochs()).asDoubleStream().toArray();
    var colour = Color.decode(curve.colour());
    var series = chart.addSeries(curve.name(), epochs, curve.losses());
    series.setLineColor(colour);
    series.setMarkerColor(colour);
    series.setMarker(curve.hasFewPoints() ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    float[] dashes = curve.dashed() ? new float[] {6, 3} : null;
    series.setLineStyle(
        new BasicStroke(1.4f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dashes, 0));
    // XChart 3.8.8 starts the dashes anew at every point of a straight line, so that a dense one
    // comes out solid; a smooth line is one path. Between dense points both look the same.
    series.setSmooth(epochs.length > WIDTH / 4);
  }

  /** The loss axis, with room at the top where the legend would else hide a curve. */
  private record Range(double low, double high) {

    /** Half a decade up and down: at least one power of ten lies in between, to be labelled. */
    private static final double NARROWEST = Math.sqrt(10);

    static Range of(List<Curve> curves, int lastEpoch) {
      double low = losses(curves, 0).min().orElse(0.1);
      double high = losses(curves, 0).max().orElse(1);
      double middle = Math.sqrt(low) * Math.sqrt(high);
      low = Math.min(0.9 * low, middle / NARROWEST);
      high = Math.max(1.1 * high, middle * NARROWEST);
      // The legend covers the right half, and a row of it about 17 of the plot's 320 pixels.
      double covered = Math.min(0.8, (17 * curves.size() + 16) / 320.0);
      double under = losses(curves, lastEpoch / 2).max().orElse(low);
      double top = Math.log(low) + Math.log(under / low) / (1 - covered);
      return new Range(low, Math.max(high, Math.exp(top)));
    }

    private static DoubleStream losses(List<Curve> curves, int fromEpoch) {
      return curves.stream()
          .flatMapToDouble(
              curve -> {
                int from = Arrays.binarySearch(curve.epochs(), fromEpoch);
                return Arrays.stream(curve.losses()).skip(from < 0 ? -from - 1 : from);
              })
          .filter(loss -> !Double.isNaN(loss));
    }

    double decades() {
      return Math.log10(high / low);
    }
  }
}
