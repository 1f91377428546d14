package io.github.batchnormlab.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.model.InitialWeights;
import io.github.batchnormlab.run.Study;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Diagnostic;
import io.github.batchnormlab.study.Diagnostic.Quantity;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the probe sees against the same numbers computed step by step in Java. */
class ProbeTest {
  private static final int POINTS = 40;
  private static final int HIDDEN = 7;

  private static Settings settings(Arm arm) {
    return Settings.defaults()
        .with("arms", List.of(arm))
        .with("epochs", 1)
        .with("hidden", HIDDEN)
        .with("train-size", POINTS)
        .with("replicas", 2);
  }

  private static double find(List<Diagnostic> rows, int replica, Quantity quantity, String key) {
    return rows.stream()
        .filter(row -> row.replica() == replica && row.quantity() == quantity)
        .filter(row -> row.key().equals(key))
        .findFirst()
        .orElseThrow()
        .value();
  }

  /** A forward and backward pass of one replica, in loops. */
  private static final class ByHand {
    final double[][] z = new double[POINTS][HIDDEN];
    double loss;
    double weight2Gradient;
    double zGradient;

    ByHand(Settings settings, int replica) throws Exception {
      Replicas group = new Replicas(replica, 1);
      InitialWeights w = Parts.weights(settings, group);
      double[] x;
      double[] y;
      try (DeviceData data = Parts.data(settings, group)) {
        x = data.trainX().toDoubleArray();
        y = data.trainY().toDoubleArray();
      }
      for (int p = 0; p < POINTS; p++) {
        for (int u = 0; u < HIDDEN; u++) {
          z[p][u] = w.values().get("bias1")[u];
          for (int i = 0; i < 3; i++) {
            z[p][u] += x[3 * p + i] * w.values().get("weight1")[HIDDEN * i + u];
          }
        }
      }
      switch ((Arms) settings.net().arms().get(0)) {
        case BATCH_NORM, BATCH_NORM_PLAIN -> normalize(POINTS - 1);
        case BATCH_NORM_POPULATION, DJL_BATCH_NORM -> normalize(POINTS);
        case LAYER_NORM -> normalizeRows(true);
        case RMS_NORM -> normalizeRows(false);
        case NONE -> {}
      }
      double[][] weightGradient = new double[HIDDEN][3];
      for (int p = 0; p < POINTS; p++) {
        double[] error = new double[3];
        for (int o = 0; o < 3; o++) {
          error[o] = w.values().get("bias2")[o] - y[3 * p + o];
          for (int u = 0; u < HIDDEN; u++) {
            error[o] += Math.tanh(z[p][u]) * w.values().get("weight2")[3 * u + o];
          }
          loss += error[o] * error[o] / POINTS;
        }
        for (int u = 0; u < HIDDEN; u++) {
          double h = Math.tanh(z[p][u]);
          double back = 0;
          for (int o = 0; o < 3; o++) {
            weightGradient[u][o] += 2 * error[o] * h / POINTS;
            back += 2 * error[o] * w.values().get("weight2")[3 * u + o] / POINTS;
          }
          zGradient += Math.pow(back * (1 - h * h), 2);
        }
      }
      zGradient = Math.sqrt(zGradient);
      weight2Gradient =
          Math.sqrt(
              Arrays.stream(weightGradient).flatMapToDouble(Arrays::stream).map(g -> g * g).sum());
    }

    private void normalize(int divisor) {
      for (int u = 0; u < HIDDEN; u++) {
        int unit = u;
        double mean = Arrays.stream(z).mapToDouble(row -> row[unit]).sum() / POINTS;
        double variance =
            Arrays.stream(z).mapToDouble(row -> Math.pow(row[unit] - mean, 2)).sum() / divisor;
        for (double[] row : z) {
          row[u] = (row[u] - mean) / Math.sqrt(variance + 1e-6);
        }
      }
    }

    private void normalizeRows(boolean centered) {
      for (double[] row : z) {
        double mean = centered ? Arrays.stream(row).sum() / HIDDEN : 0;
        double square = Arrays.stream(row).map(v -> Math.pow(v - mean, 2)).sum() / HIDDEN;
        Arrays.setAll(row, u -> (row[u] - mean) / Math.sqrt(square + 1e-6));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Arms.class)
  void seesWhatIsComputedByHand(Arm arm) throws Exception {
    Settings settings = settings(arm);
    List<Diagnostic> rows = Study.run(settings).diagnostics();
    for (int replica = 0; replica < 2; replica++) {
      ByHand byHand = new ByHand(settings, replica);
      double[] z = Arrays.stream(byHand.z).flatMapToDouble(Arrays::stream).sorted().toArray();
      double tolerance = 1e-9;
      assertEquals(
          (z[z.length / 2 - 1] + z[z.length / 2]) / 2,
          find(rows, replica, Quantity.Z_QUANTILE, "0.5"),
          tolerance);
      assertEquals(
          Arrays.stream(z).filter(v -> Math.abs(v) < 0.1).count() / (double) z.length,
          find(rows, replica, Quantity.LINEAR_SHARE, ""),
          tolerance);
      assertEquals(
          Arrays.stream(z).filter(v -> Math.abs(Math.tanh(v)) > 0.99).count() / (double) z.length,
          find(rows, replica, Quantity.SATURATED_SHARE, ""),
          tolerance);
      assertEquals(
          Arrays.stream(z).filter(v -> v >= 0.5 && v < 1).count() / (double) z.length,
          find(rows, replica, Quantity.Z_HISTOGRAM, "0.75"),
          tolerance);
      assertEquals(
          byHand.weight2Gradient,
          find(rows, replica, Quantity.GRADIENT_NORM, "weight2"),
          1e-9 * byHand.weight2Gradient);
      assertEquals(
          byHand.zGradient,
          find(rows, replica, Quantity.GRADIENT_NORM, "z"),
          1e-9 * byHand.zGradient);
    }
  }

  /** For a short step the loss falls by the step's length times the gradient's square. */
  @Test
  void theLossAlongTheGradientFallsAsTheGradientSays() throws Exception {
    Settings settings = settings(Arms.NONE);
    List<Diagnostic> rows = Study.run(settings).diagnostics();
    double squares = 0;
    for (String parameter : List.of("weight1", "bias1", "weight2", "bias2")) {
      squares += Math.pow(find(rows, 0, Quantity.GRADIENT_NORM, parameter), 2);
    }
    double before = new ByHand(settings, 0).loss;
    double step = Probe.STEP_LENGTHS[0];
    double after = find(rows, 0, Quantity.LOSS_ALONG_GRADIENT, Double.toString(step));
    assertEquals(1, (before - after) / (step * squares), 0.05);
  }

  /** By central differences of the network's evaluation, replica by replica and row by row. */
  @ParameterizedTest
  @EnumSource(Arms.class)
  void theJacobianIsThatOfTheFunctionInEvaluation(Arm arm) throws Exception {
    Settings settings = settings(arm).with("test-size", 6).with("epochs", 3);
    List<Diagnostic> rows = Study.run(settings).diagnostics();
    Replicas both = new Replicas(0, 2);
    Settings.Fit fit = settings.with("epochs", 2).fit();
    try (DeviceData data = Parts.data(settings, both);
        Training training =
            new Training(
                new Settings(
                    settings.table(), settings.data(), settings.net(), fit, settings.machine()),
                arm,
                Parts.sizes(settings),
                both,
                data,
                Parts.weights(settings, both))) {
      training.run(StudyListener.NONE, Watcher.NONE); // The last look is before the third step.
      double step = 1e-5;
      double[] squares = new double[12];
      for (int input = 0; input < 3; input++) {
        double[] above = moved(training, data, input, step);
        double[] below = moved(training, data, input, -step);
        for (int i = 0; i < above.length; i++) {
          squares[i / 3] += Math.pow((above[i] - below[i]) / (2 * step), 2);
        }
      }
      for (int replica = 0; replica < 2; replica++) {
        double expected =
            Arrays.stream(squares, 6 * replica, 6 * replica + 6).map(Math::sqrt).sum() / 6;
        int ofReplica = replica;
        double seen =
            rows.stream()
                .filter(row -> row.quantity() == Quantity.JACOBIAN_NORM && row.epoch() == 2)
                .filter(row -> row.replica() == ofReplica)
                .findFirst()
                .orElseThrow()
                .value();
        assertEquals(expected, seen, 1e-6 * expected);
      }
    }
  }

  /** The predictions of the test rows with one input a little larger. */
  private static double[] moved(Training training, DeviceData data, int input, double by) {
    try (NDArray x = data.testX().duplicate()) {
      NDArray column = x.get(":, :, " + input);
      x.set(new NDIndex(":, :, " + input), column.add(by));
      return training.predict(x).toDoubleArray();
    }
  }

  @Test
  void withBatchNormTheEffectiveWeightsStandardizeZ() throws Exception {
    List<Diagnostic> rows = Study.run(settings(Arms.BATCH_NORM)).diagnostics();
    assertTrue(
        find(rows, 0, Quantity.WEIGHT_MAX, "weight1")
            < find(rows, 0, Quantity.WEIGHT_NORM, "weight1"));
    assertTrue(find(rows, 0, Quantity.WEIGHT_MIN, "weight1") < 0);
    assertFalse(
        rows.stream()
            .anyMatch(row -> row.quantity() == Quantity.GRADIENT_NORM && row.key().equals("bias1")),
        "it is zero");
  }

  @Test
  void looksAreEvenInTheLogarithmAndFew() {
    NavigableSet<Integer> epochs = LookEpochs.of(10_000);
    assertEquals(0, epochs.first());
    assertEquals(9_999, epochs.last());
    assertTrue(epochs.size() > 45 && epochs.size() <= 61, epochs.toString());
    assertEquals(List.of(0), List.copyOf(LookEpochs.of(1)));
    assertTrue(LookEpochs.of(1_000).size() <= 9);
  }
}
