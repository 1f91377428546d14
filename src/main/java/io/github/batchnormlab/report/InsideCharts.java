package io.github.batchnormlab.report;

import io.github.batchnormlab.report.Chart.Panel;
import io.github.batchnormlab.report.Insights.Series;
import io.github.batchnormlab.report.Plots.Band;
import io.github.batchnormlab.report.Plots.Points;
import io.github.batchnormlab.study.Activation;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Diagnostic;
import io.github.batchnormlab.study.Diagnostic.Quantity;
import io.github.batchnormlab.study.Precision;
import io.github.batchnormlab.study.Settings;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tech.tablesaw.plotly.components.Axis;
import tech.tablesaw.plotly.traces.HeatmapTrace;
import tech.tablesaw.plotly.traces.Trace;

/**
 * What the diagnostics show of the inside of the networks: medians over the replicas, over the
 * epochs on a logarithmic axis. A quantity that was not recorded has no chart.
 */
final class InsideCharts {
  /** More figures side by side nobody compares. */
  private static final int MOST_LAYERS = 4;

  private static final Set<Quantity> LOGARITHMIC =
      Set.of(Quantity.GRADIENT_NORM, Quantity.WEIGHT_NORM, Quantity.JACOBIAN_NORM);

  private final Insights insights;
  private final Activation activation;
  private final int hiddenLayers;

  /** Sums that are 0 but for rounding may come to so much of what they are summed up from. */
  private final double rounding;

  /** What is said differently of a table and of the article's points. */
  private final boolean ofTable;

  private final String rows;

  private InsideCharts(Insights insights, Settings settings) {
    this.insights = insights;
    activation = settings.net().activation();
    hiddenLayers = hiddenLayers(settings);
    rounding = 1e3 * (settings.fit().precision() == Precision.FLOAT64 ? 0x1p-52 : 0x1p-23);
    ofTable = settings.hasData();
    rows = settings.kind().rows();
  }

  static List<Chart> of(Insights insights, Settings settings) {
    return new InsideCharts(insights, settings)
        .all()
        .filter(chart -> !chart.panels().isEmpty())
        .toList();
  }

  private static int hiddenLayers(Settings settings) {
    return settings.net().hiddenLayers();
  }

  /** Sentences on the layers, if there are several hidden ones. */
  static String layersInWords(Settings settings) {
    int hidden = hiddenLayers(settings);
    String shown =
        hidden <= MOST_LAYERS
            ? ""
            : " Of the "
                + hidden
                + " hidden layers all figures show "
                + Names.join(shown(hidden).map(layer -> "" + layer).toList())
                + ".";
    return hidden == 1 ? "" : shown + " Layer " + (hidden + 1) + " is the output.";
  }

  /** All hidden layers, or if they are many, some of them, evenly from the first to the last. */
  private static Stream<Integer> shown(int hidden) {
    return IntStream.range(0, Math.min(MOST_LAYERS, hidden))
        .mapToObj(i -> 1 + (hidden <= MOST_LAYERS ? i : i * (hidden - 1) / (MOST_LAYERS - 1)));
  }

  /**
   * The layers that a quantity is shown of, the same for all that have them, and the output layer.
   * In a network of one hidden layer keys of what is inside it name no layer, which is 0.
   */
  private List<Integer> layers(Quantity quantity) {
    List<Integer> shown = shown(hiddenLayers).toList();
    return insights.keys(quantity).stream()
        .map(Diagnostic::layer)
        .filter(layer -> layer == 0 || layer > hiddenLayers || shown.contains(layer))
        .distinct()
        .sorted()
        .toList();
  }

  /** A sentence on the charts that have nothing to show, or an empty text. */
  static String leftOut(Insights insights, Settings settings) {
    String headings =
        new InsideCharts(insights, settings)
            .all()
            .filter(chart -> chart.panels().isEmpty())
            .map(Chart::heading)
            .collect(Collectors.joining("; "));
    return headings.isEmpty()
        ? ""
        : " Left out, because there is nothing to show: " + headings + ".";
  }

  private Stream<Chart> all() {
    return Stream.of(
            Stream.of(quantiles(), histogram()),
            isTanh() ? Stream.of(shares()) : Stream.<Chart>empty(), // No other one saturates so.
            Stream.of(gradients(), ranges(), norms(), smoothness(), jacobian()))
        .flatMap(charts -> charts);
  }

  private boolean isTanh() {
    return activation == Activation.TANH;
  }

  private Chart quantiles() {
    var panels = new ArrayList<Panel>();
    // The same for all arms and layers, so that their widths can be compared.
    double widest = 1.05 * widest();
    for (int layer : layers(Quantity.Z_QUANTILE)) {
      List<String> levels = byNumber(Quantity.Z_QUANTILE, layer);
      for (Arm arm : insights.arms()) {
        var traces = quantiles(arm, levels);
        if (!traces.isEmpty()) {
          panels.add(
              panel(
                  id("z-quantiles-" + arm.id(), layer),
                  title(arm.label(), layer),
                  Plots.linear("z").range(-widest, widest).build(),
                  traces));
        }
      }
    }
    List<String> levels =
        layers(Quantity.Z_QUANTILE).stream()
            .findFirst()
            .map(layer -> byNumber(Quantity.Z_QUANTILE, layer))
            .orElse(List.of());
    String named =
        levels.stream()
            .map(level -> Numbers.exact(Math.round(1e4 * number(level)) / 100.0))
            .reduce((a, b) -> a + ", " + b)
            .orElse("");
    return new Chart(
        "The hidden layer’s input z: quantiles",
        "See whether the spread of z over units and "
            + rows
            + " stays as it is or drifts during training"
            + (isTanh()
                ? "; tanh is nearly linear for |z| < 0.1 and saturated for |z| > 2.6"
                : ", before " + activation + " is applied to it")
            + " (bands and line: the quantiles at "
            + named
            + " %).",
        List.of(),
        panels);
  }

  private List<Trace> quantiles(Arm arm, List<String> levels) {
    var traces = new ArrayList<Trace>();
    String colour = arm.colour();
    // From the outermost pair of levels inwards, each darker, because they lie on each other.
    for (int i = 0; i < levels.size() / 2; i++) {
      String low = levels.get(i);
      String high = levels.get(levels.size() - 1 - i);
      String name = "z from " + Diagnostic.part(low) + " to " + Diagnostic.part(high);
      band(arm, Quantity.Z_QUANTILE, low, high)
          .ifPresent(band -> traces.add(Plots.band(name, colour, 0.18, band)));
    }
    if (levels.size() % 2 == 1) {
      line(arm, Quantity.Z_QUANTILE, levels.get(levels.size() / 2), "median z", colour, false)
          .ifPresent(traces::add);
    }
    return traces;
  }

  private double widest() {
    return insights.arms().stream()
        .flatMap(
            arm ->
                insights.keys(Quantity.Z_QUANTILE).stream()
                    .map(level -> insights.series(arm, Quantity.Z_QUANTILE, level)))
        .flatMapToDouble(series -> Arrays.stream(series.values()))
        .filter(Double::isFinite)
        .map(Math::abs)
        .max()
        .orElse(1);
  }

  private Chart histogram() {
    var panels = new ArrayList<Panel>();
    for (int layer : layers(Quantity.Z_HISTOGRAM)) {
      for (Arm arm : insights.arms()) {
        List<String> bins =
            byNumber(Quantity.Z_HISTOGRAM, layer).stream()
                .filter(bin -> insights.has(arm, Quantity.Z_HISTOGRAM, bin))
                .toList();
        if (!bins.isEmpty()) {
          panels.add(
              panel(
                  id("z-histogram-" + arm.id(), layer),
                  title(arm.label(), layer),
                  Plots.linear("z").build(),
                  List.of(histogram(arm, bins))));
        }
      }
    }
    return new Chart(
        "The hidden layer’s input z: histogram",
        "See where most of z lies at each epoch: the colour is the share of units and "
            + rows
            + " in a bin; each network has its own scale of colours.",
        List.of(),
        panels);
  }

  private Trace histogram(Arm arm, List<String> bins) {
    List<Series> rows =
        bins.stream().map(bin -> insights.series(arm, Quantity.Z_HISTOGRAM, bin)).toList();
    Object[] epochs = Arrays.stream(rows.get(0).epochs()).mapToObj(e -> e + 1).toArray();
    Object[] middles = bins.stream().map(bin -> Numbers.compact(number(bin))).toArray();
    double[][] shares =
        rows.stream()
            .map(row -> Arrays.stream(row.values()).map(v -> rounded(100 * v)).toArray())
            .toArray(double[][]::new);
    return HeatmapTrace.builder(epochs, middles, shares).build();
  }

  private Chart shares() {
    var panels = new ArrayList<Panel>();
    shares(panels, Quantity.SATURATED_SHARE, "saturated", "Saturated: |tanh z| > 0.99");
    shares(panels, Quantity.LINEAR_SHARE, "linear", "Nearly linear: |z| < 0.1");
    return new Chart(
        "Saturated and nearly linear units",
        "See how much of the hidden layer passes on almost no gradient, because it is saturated, and"
            + " how much of it works almost like a linear layer.",
        Chart.keys(insights.arms()),
        panels);
  }

  private void shares(List<Panel> panels, Quantity quantity, String id, String title) {
    for (int layer : layers(quantity)) {
      for (String key : insights.keys(quantity, layer)) {
        Axis share = Plots.linear("share").build();
        panels.add(panel(id(id, layer), title(title, layer), share, lines(quantity, key)));
      }
    }
  }

  private Chart gradients() {
    return new Chart(
        "Norms of the gradients",
        "See how large the gradient of the loss is with respect to each parameter, and to the"
            + " hidden layer’s input: at the same epoch a larger one means a steeper loss. A network"
            + " has no line where it lacks the parameter, or where its gradient is 0, such as that of"
            + " biases before batch norm.",
        Chart.keys(insights.arms()),
        logPanels(Quantity.GRADIENT_NORM, "gradient", "norm"));
  }

  private Chart norms() {
    return new Chart(
        "Norms of the effective weights",
        "See whether the networks need weights of another size, batch norm folded into "
            + folded()
            + "; a norm that is 0 but for rounding has no point."
            + notFolded(),
        Chart.keys(insights.arms()),
        logPanels(Quantity.WEIGHT_NORM, "norm", "norm"));
  }

  private List<Panel> logPanels(Quantity quantity, String id, String title) {
    var panels = new ArrayList<Panel>();
    for (String key : shown(quantity)) {
      var traces = lines(quantity, key);
      if (!traces.isEmpty()) {
        Axis y = Plots.axis(title, Axis.Type.LOG, Plots.NUMBER).build();
        panels.add(
            panel(
                id(id + "-" + Diagnostic.part(key), key.contains("@") ? Diagnostic.layer(key) : 0),
                name(key),
                y,
                traces));
      }
    }
    return panels;
  }

  private Chart ranges() {
    var panels = new ArrayList<Panel>();
    for (String key : shown(Quantity.WEIGHT_MIN)) {
      var traces = new ArrayList<Trace>();
      for (Arm arm : insights.arms()) {
        Series low = insights.series(arm, Quantity.WEIGHT_MIN, key);
        Series high = insights.series(arm, Quantity.WEIGHT_MAX, key);
        if (Arrays.equals(low.epochs(), high.epochs()) && low.epochs().length > 0) {
          String colour = arm.colour();
          double[] x = places(low);
          traces.add(
              Plots.band(
                  "range " + arm.label(), colour, 0.12, new Band(x, low.values(), high.values())));
          traces.add(
              Plots.line("smallest " + arm.label(), colour, false, new Points(x, low.values())));
          traces.add(
              Plots.line("largest " + arm.label(), colour, false, new Points(x, high.values())));
        }
      }
      if (!traces.isEmpty()) {
        panels.add(
            panel("range-" + key, name(key), Plots.linear("smallest to largest").build(), traces));
      }
    }
    return new Chart(
        "Range of the effective weights",
        "See whether the range from the smallest to the largest weight"
            + (ofTable
                ? " is wider in some networks; batch norm is folded into "
                : ", what the article means by complexity, is wider with or without batch norm,"
                    + " which is folded into ")
            + folded()
            + "."
            + notFolded(),
        Chart.keys(insights.arms()),
        panels);
  }

  /** A sentence on the networks without effective weights before the last layer, if any. */
  private String notFolded() {
    List<String> labels =
        insights.arms().stream()
            .filter(Arm::normalizes)
            .filter(arm -> insights.has(arm, Quantity.WEIGHT_MIN, "weight" + (hiddenLayers + 1)))
            .filter(arm -> !insights.has(arm, Quantity.WEIGHT_MIN, "weight1"))
            .map(Arm::label)
            .toList();
    return labels.isEmpty()
        ? ""
        : " In hidden layers the network"
            + (labels.size() == 1 ? " " : "s ")
            + Names.join(labels)
            + (labels.size() == 1 ? " has" : " have")
            + " no line: what such a layer does to a row may depend on the row, so that it cannot be"
            + " folded into weights.";
  }

  private String folded() {
    return ofTable ? "the layer before it" : "the first layer";
  }

  private Chart jacobian() {
    var panels = new ArrayList<Panel>();
    var traces = lines(Quantity.JACOBIAN_NORM, "");
    if (!traces.isEmpty()) {
      Axis norm = Plots.axis("norm", Axis.Type.LOG, Plots.NUMBER).build();
      panels.add(panel("jacobian", "", norm, traces));
    }
    return new Chart(
        "Steepness of the function",
        "See how strongly the outputs follow the inputs: the norm of the Jacobian in evaluation,"
            + " averaged over some test "
            + rows
            + ". Where the losses are alike, the less steep function is"
            + " the simpler one.",
        Chart.keys(insights.arms()),
        panels);
  }

  private Chart smoothness() {
    var panels = new ArrayList<Panel>();
    smoothness(panels, Quantity.LOSS_ALONG_GRADIENT, "along", "Loss after a step", "loss");
    smoothness(
        panels, Quantity.GRADIENT_CHANGE, "change", "Change of the gradient", "relative change");
    List<String> steps = byNumber(Quantity.LOSS_ALONG_GRADIENT, 0);
    String lengths =
        steps.isEmpty()
            ? ""
            : " (step lengths "
                + Numbers.exact(Double.parseDouble(steps.get(0)))
                + " to "
                + Numbers.exact(Double.parseDouble(steps.get(steps.size() - 1)))
                + ")";
    return new Chart(
        "Smoothness of the loss",
        "See how far the loss, and the gradient relative to its own norm, vary along the gradient"
            + lengths
            + ": the narrower and lower a band, the smoother the loss there, as Santurkar et al."
            + " (2018) measure it.",
        Chart.keys(insights.arms()),
        panels);
  }

  private void smoothness(
      List<Panel> panels, Quantity quantity, String id, String title, String axis) {
    var traces = new ArrayList<Trace>();
    for (Arm arm : insights.arms()) {
      List<Series> steps =
          byNumber(quantity, 0).stream()
              .filter(step -> insights.has(arm, quantity, step))
              .map(step -> insights.series(arm, quantity, step))
              .toList();
      if (steps.isEmpty()) {
        continue;
      }
      String colour = arm.colour();
      double[] x = places(steps.get(0));
      double[] low = extreme(steps, Math::min);
      double[] high = extreme(steps, Math::max);
      traces.add(Plots.band("all steps " + arm.label(), colour, 0.18, new Band(x, low, high)));
      traces.add(Plots.line("lowest " + arm.label(), colour, false, new Points(x, low)));
      traces.add(Plots.line("highest " + arm.label(), colour, false, new Points(x, high)));
    }
    if (!traces.isEmpty()) {
      panels.add(panel(id, title, Plots.axis(axis, Axis.Type.LOG, Plots.NUMBER).build(), traces));
    }
  }

  /** The lowest or the highest over the steps that have a value, epoch by epoch. */
  private static double[] extreme(List<Series> steps, DoubleBinaryOperator lowerOrHigher) {
    return Plots.positive(
        IntStream.range(0, steps.get(0).values().length)
            .mapToDouble(
                i ->
                    steps.stream()
                        .mapToDouble(step -> step.values()[i])
                        .filter(Double::isFinite)
                        .reduce(lowerOrHigher)
                        .orElse(Double.NaN))
            .toArray());
  }

  private List<Trace> lines(Quantity quantity, String key) {
    boolean log = LOGARITHMIC.contains(quantity);
    return insights.arms().stream()
        .flatMap(arm -> line(arm, quantity, key, arm.label(), arm.colour(), log).stream())
        .toList();
  }

  private Optional<Trace> line(
      Arm arm, Quantity quantity, String key, String name, String colour, boolean log) {
    if (!insights.has(arm, quantity, key)) {
      return Optional.empty();
    }
    Series series = insights.series(arm, quantity, key);
    double[] values = log ? Plots.above(least(quantity, key), series.values()) : series.values();
    Points points = new Points(places(series), values);
    return points.finite() == 0
        ? Optional.empty()
        : Optional.of(Plots.line(name, colour, false, points));
  }

  /**
   * Effective weights are sums of what may cancel out, such as the biases before the first step:
   * what rounding leaves of them would take most of a logarithmic axis. Gradients that vanish are
   * to be seen.
   */
  private double least(Quantity quantity, String key) {
    return quantity == Quantity.WEIGHT_NORM
        ? rounding
            * insights.arms().stream()
                .flatMapToDouble(arm -> Arrays.stream(insights.series(arm, quantity, key).values()))
                .filter(Double::isFinite)
                .max()
                .orElse(0)
        : 0;
  }

  private Optional<Band> band(Arm arm, Quantity quantity, String low, String high) {
    Series lower = insights.series(arm, quantity, low);
    Series upper = insights.series(arm, quantity, high);
    return lower.epochs().length > 0 && Arrays.equals(lower.epochs(), upper.epochs())
        ? Optional.of(new Band(places(lower), lower.values(), upper.values()))
        : Optional.empty();
  }

  private Panel panel(String id, String title, Axis y, List<Trace> traces) {
    Axis x = Plots.axis("epoch + 1", Axis.Type.LOG, Plots.COUNT).build();
    return Panel.of(id, title, Plots.figure(x, y, false, traces));
  }

  /** One more than the epochs, because a logarithmic axis has no place for epoch 0. */
  private static double[] places(Series series) {
    return Arrays.stream(series.epochs()).mapToDouble(epoch -> epoch + 1).toArray();
  }

  private List<String> byNumber(Quantity quantity, int layer) {
    return insights.keys(quantity, layer).stream()
        .sorted(Comparator.comparingDouble(InsideCharts::number))
        .toList();
  }

  private static double number(String key) {
    return Double.parseDouble(Diagnostic.part(key));
  }

  /** The keys of the layers that are shown, layer by layer. */
  private List<String> shown(Quantity quantity) {
    return layers(quantity).stream()
        .flatMap(layer -> insights.keys(quantity, layer).stream())
        .toList();
  }

  private static String id(String id, int layer) {
    return layer == 0 ? id : id + "-" + layer;
  }

  private static String title(String title, int layer) {
    return layer == 0 ? title : title + ", layer " + layer;
  }

  /** A parameter, or z, in words. */
  private String name(String key) {
    return name(key, activation);
  }

  static String name(String key, Activation activation) {
    String part =
        Diagnostic.part(key).replaceFirst("\\d+$", "").replaceFirst("^own\\d+\\.", "own ");
    String what =
        switch (part) {
          case "weight" -> "weights";
          case "bias" -> "biases";
          case "z" -> "input of " + activation + ", z";
          default -> part;
        };
    return switch (Diagnostic.layer(key)) {
      case 0 -> what;
      case 1 -> what + " of the first layer";
      case 2 -> what + " of the second layer";
      default -> what + " of layer " + Diagnostic.layer(key);
    };
  }

  /** Three digits, because Tablesaw writes all that a double has. */
  private static double rounded(double value) {
    return Double.isFinite(value)
        ? new BigDecimal(value).round(new MathContext(3)).doubleValue()
        : value;
  }
}
