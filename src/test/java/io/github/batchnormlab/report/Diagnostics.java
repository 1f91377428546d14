package io.github.batchnormlab.report;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Diagnostic;
import io.github.batchnormlab.study.Diagnostic.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;

/** Made-up diagnostics at about 62 epochs, shaped like those of a true study. */
final class Diagnostics {
  private static final double[] LEVELS = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};
  private static final double[] STEPS = {0.0001, 0.0003, 0.001, 0.003, 0.01};

  private final List<Diagnostic> rows = new ArrayList<>();

  private Diagnostics() {}

  static List<Diagnostic> of(int replicas, int epochs, Arm... arms) {
    var diagnostics = new Diagnostics();
    for (Arm arm : arms) {
      for (int replica = 0; replica < replicas; replica++) {
        var random = new Random(17L * ((Arms) arm).ordinal() + replica);
        int[] seen =
            IntStream.concat(
                    IntStream.of(0, epochs - 1),
                    IntStream.range(0, 60)
                        .map(i -> (int) Math.round(Math.pow(epochs - 1, i / 59.0))))
                .distinct()
                .sorted()
                .toArray();
        for (int epoch : seen) {
          diagnostics.add(arm, replica, epoch, random);
        }
      }
    }
    return diagnostics.rows;
  }

  private void add(Arm arm, int replica, int epoch, Random random) {
    boolean norm = arm != Arms.NONE;
    double progress = Math.log10(1 + epoch) / 4;
    double width = (norm ? 1 - 0.3 * progress : 1.6 - 0.7 * progress) + 0.03 * random.nextDouble();
    var z = new NormalDistribution(0.05 * progress, width);
    for (double level : LEVELS) {
      put(arm, replica, epoch, Quantity.Z_QUANTILE, level, z.inverseCumulativeProbability(level));
    }
    for (int bin = -30; bin <= 30; bin++) {
      double middle = bin / 5.0;
      put(
          arm,
          replica,
          epoch,
          Quantity.Z_HISTOGRAM,
          middle,
          z.probability(middle - 0.1, middle + 0.1));
    }
    put(arm, replica, epoch, Quantity.SATURATED_SHARE, "", 2 * z.cumulativeProbability(-2.65));
    put(arm, replica, epoch, Quantity.LINEAR_SHARE, "", z.probability(-0.1, 0.1));
    double gradient = (norm ? 60 : 90) * Math.pow(10, -3 * progress);
    for (String key : parameters(norm)) {
      boolean vanishes = norm && key.equals("bias1");
      put(
          arm,
          replica,
          epoch,
          Quantity.GRADIENT_NORM,
          key,
          (vanishes ? 1e-14 : gradient / key.length()) * (1 + 0.4 * random.nextDouble()));
    }
    for (String key : List.of("weight1", "bias1", "weight2", "bias2")) {
      double size = (key.startsWith("w") ? 3 : 2) * (norm ? 0.8 : 1 - 0.1 * progress);
      size *= 1 + 0.1 * random.nextDouble();
      put(arm, replica, epoch, Quantity.WEIGHT_MIN, key, -size);
      put(arm, replica, epoch, Quantity.WEIGHT_MAX, key, size);
      put(arm, replica, epoch, Quantity.WEIGHT_NORM, key, 9 * size);
    }
    double loss = 400 * Math.pow(10, -(norm ? 5 : 4.5) * progress);
    for (double step : STEPS) {
      double along = loss * (1 + (norm ? 50 : 300) * step * random.nextDouble());
      put(arm, replica, epoch, Quantity.LOSS_ALONG_GRADIENT, step, along);
      double change = (norm ? 100 : 400) * step * (1 + random.nextDouble());
      put(arm, replica, epoch, Quantity.GRADIENT_CHANGE, step, change);
    }
  }

  private static List<String> parameters(boolean norm) {
    return norm
        ? List.of("weight1", "bias1", "scale", "shift", "weight2", "bias2", "z")
        : List.of("weight1", "bias1", "weight2", "bias2", "z");
  }

  private void put(Arm arm, int replica, int epoch, Quantity quantity, double key, double value) {
    put(arm, replica, epoch, quantity, Double.toString(key), value);
  }

  private void put(Arm arm, int replica, int epoch, Quantity quantity, String key, double value) {
    rows.add(new Diagnostic(arm, replica, epoch, quantity, key, value));
  }
}
