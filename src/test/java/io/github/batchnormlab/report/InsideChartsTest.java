package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Diagnostic;
import io.github.batchnormlab.study.Diagnostic.Quantity;
import io.github.batchnormlab.study.Settings;
import java.util.ArrayList;
import java.util.List;
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
