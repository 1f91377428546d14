package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Diagnostic;
import io.github.batchnormlab.study.Diagnostic.Quantity;
import io.github.batchnormlab.study.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class InsideChartsTest {
  private static final Settings FLOAT64 = Settings.defaults();

  private static List<Diagnostic> series(Arm arm, Quantity quantity, String key, double... values) {
    List<Diagnostic> rows = new ArrayList<>();
    for (int epoch = 0; epoch < values.length; epoch++) {
      rows.add(new Diagnostic(arm, 0, epoch, quantity, key, values[epoch]));
    }
    return rows;
  }

  private static Settings hidden(int layers) {
    return FLOAT64.with("hidden", "9x" + layers);
  }

  /** Values of the z, the weights and the gradients of all layers. */
  private static List<Diagnostic> deep(Arm arm, int hidden) {
    List<Diagnostic> rows = new ArrayList<>();
    for (int layer = 1; layer <= hidden + 1; layer++) {
      if (layer <= hidden) {
        rows.addAll(series(arm, Quantity.SATURATED_SHARE, "@" + layer, 0.5, 0.5));
      }
      rows.addAll(series(arm, Quantity.GRADIENT_NORM, "weight" + layer, 3, 2));
      if (layer > hidden || arm != Arms.LAYER_NORM) {
        rows.addAll(series(arm, Quantity.WEIGHT_NORM, "weight" + layer, 3, 2));
        rows.addAll(series(arm, Quantity.WEIGHT_MIN, "weight" + layer, -3, -2));
        rows.addAll(series(arm, Quantity.WEIGHT_MAX, "weight" + layer, 3, 2));
      }
    }
    return rows;
  }

  private static List<Chart> charts(int hidden, Arm... arms) {
    return InsideCharts.of(
        new Insights(Stream.of(arms).flatMap(arm -> deep(arm, hidden).stream()).toList()),
        hidden(hidden));
  }

  private static List<String> panels(List<Chart> charts) {
    return charts.stream().flatMap(chart -> chart.panels().stream()).map(Chart.Panel::id).toList();
  }

  @Test
  void allFiguresShowTheSameHiddenLayersAndTheOutput() {
    assertEquals(
        List.of(
            "saturated_1 saturated_4 saturated_8 saturated_12",
            "gradient_weight1 gradient_weight4 gradient_weight8 gradient_weight12"
                + " gradient_weight13",
            "range_weight1 range_weight4 range_weight8 range_weight12 range_weight13",
            "norm_weight1 norm_weight4 norm_weight8 norm_weight12 norm_weight13"),
        charts(12, Arms.NONE).stream().map(c -> String.join(" ", panels(List.of(c)))).toList());
    assertEquals(
        " Of the 12 hidden layers all figures show 1, 4, 8 and 12. Layer 13 is the output.",
        InsideCharts.layersInWords(hidden(12)));

    assertTrue(panels(charts(4, Arms.NONE)).contains("saturated_3"));
    assertEquals(" Layer 5 is the output.", InsideCharts.layersInWords(hidden(4)));
    assertEquals("", InsideCharts.layersInWords(hidden(1)));
    Settings lenet =
        Settings.parse(Map.of("data", "images", "conv", "6x5,16x5", "hidden", "120,84"));
    assertEquals(" Layer 5 is the output.", InsideCharts.layersInWords(lenet));
  }

  @Test
  void whatCannotBeFoldedIntoWeightsIsSaidToHaveNoLine() {
    String only =
        "In hidden layers the network with LN has no line: what such a layer does to a row";
    List<Chart> charts = charts(2, Arms.BATCH_NORM, Arms.LAYER_NORM, Arms.NONE);
    assertEquals(
        List.of("Range of the effective weights", "Norms of the effective weights"),
        charts.stream().filter(c -> c.see().contains(only)).map(Chart::heading).toList());
    assertFalse(
        charts(2, Arms.BATCH_NORM, Arms.NONE).stream().anyMatch(c -> c.see().contains("no line:")));
  }

  /** A block of the user's own names its parameters as it likes. */
  @Test
  void whatALayerOfOnesOwnLearnsHasFiguresOfTheLayersThatAreShown() {
    List<Diagnostic> rows = new ArrayList<>();
    for (int layer = 1; layer <= 12; layer++) {
      rows.addAll(series(Arms.NONE, Quantity.GRADIENT_NORM, "own" + layer + ".my scale'", 3, 2));
    }
    Chart chart = InsideCharts.of(new Insights(rows), hidden(12)).get(0);

    assertEquals(
        List.of("own my scale' of the first layer", "own my scale' of layer 4"),
        chart.panels().stream().limit(2).map(Chart.Panel::title).toList());
    assertEquals(4, chart.panels().size());
    for (Chart.Panel panel : chart.panels()) {
      assertTrue(panel.id().matches("[a-z]\\w+"), panel.id());
      assertTrue(panel.script().contains("getElementById('" + panel.id() + "')"), panel.script());
    }
  }

  private static String scripts(List<Diagnostic> diagnostics, Settings settings) {
    return String.join(
        "\n",
        InsideCharts.of(new Insights(diagnostics), settings).stream()
            .flatMap(chart -> chart.panels().stream())
            .map(Chart.Panel::script)
            .toList());
  }

  /** Batch norm of standardized inputs takes the biases away, before the first step. */
  @Test
  void whatRoundingLeavesOfAWeightHasNoPoint() {
    List<Diagnostic> norms =
        series(Arms.BATCH_NORM, Quantity.WEIGHT_NORM, "bias1", 1.54e-14, 3.21e-12, 0.1);
    norms.addAll(series(Arms.NONE, Quantity.WEIGHT_NORM, "bias1", 2, 2, 2));
    assertFalse(scripts(norms, FLOAT64).contains("1.54e-14"));
    assertTrue(scripts(norms, FLOAT64).contains("3.21e-12"), "a small weight");
    Settings float32 = FLOAT64.with("precision", "float32");
    assertFalse(scripts(norms, float32).contains("3.21e-12"), "rounding, in float32");

    // In a deep network without normalization they come to that.
    List<Diagnostic> gradients =
        series(Arms.BATCH_NORM, Quantity.GRADIENT_NORM, "weight1", 1.54e-14, 2);
    assertTrue(scripts(gradients, FLOAT64).contains("1.54e-14"), "a gradient that vanishes");
  }
}
