package io.github.batchnormlab.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.batchnormlab.run.Checkpoints;
import io.github.batchnormlab.run.Cluster;
import io.github.batchnormlab.run.Study;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import io.github.batchnormlab.study.StudyResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Tables and studies that the tests of blocks on a cluster share. */
final class BlocksOfACluster {
  private BlocksOfACluster() {}

  /** A table of numbers that are far from zero, in the order of their first column. */
  static Path table(Path folder, int rows) throws Exception {
    StringBuilder text = new StringBuilder("a,b,c,y,z\n");
    Random random = new Random(7);
    for (int i = 0; i < rows; i++) {
      double a = (double) i / rows - 0.5;
      double b = 1e4 + random.nextDouble();
      double c = a + random.nextGaussian() / 8;
      text.append(a).append(',').append(b).append(',').append(c).append(',');
      text.append(Math.sin(a + b) + c).append(',').append(100 + a * c).append('\n');
    }
    return Files.writeString(folder.resolve("rows.csv"), text);
  }

  static Settings settings(Object data, String... more) {
    Map<String, String> texts = new HashMap<>();
    texts.put("data", data.toString());
    texts.put("target", "y,z");
    texts.put("hidden", "24");
    texts.put("learning-rate", "0.01");
    texts.put("epochs", "50");
    texts.put("threads", "2");
    texts.put("blocks", "true");
    for (int i = 0; i < more.length; i += 2) {
      texts.put(more[i], more[i + 1]);
    }
    return Settings.parse(texts);
  }

  static StudyResult run(Cluster cluster, Settings settings, StudyListener listener)
      throws Exception {
    return Study.run(settings, null, Checkpoints.none(), "", listener, 1, cluster);
  }

  /** Compares losses and metrics to the bit. */
  static void assertSame(StudyResult expected, StudyResult actual) {
    for (int i = 0; i < expected.arms().size(); i++) {
      ArmResult one = expected.arms().get(i);
      ArmResult other = actual.arms().get(i);
      for (int replica = 0; replica < one.trainLoss().length; replica++) {
        assertArrayEquals(one.trainLoss()[replica], other.trainLoss()[replica]);
        assertArrayEquals(one.testLoss()[replica], other.testLoss()[replica]);
        for (Metric metric : one.metrics().keySet()) {
          assertArrayEquals(
              one.metrics().get(metric)[replica], other.metrics().get(metric)[replica]);
        }
      }
    }
    assertEquals(expected.diagnostics(), actual.diagnostics());
  }

  /** Compares losses to a relative difference. */
  static double largestDifference(StudyResult expected, StudyResult actual) {
    double largest = 0;
    for (int i = 0; i < expected.arms().size(); i++) {
      ArmResult one = expected.arms().get(i);
      ArmResult other = actual.arms().get(i);
      for (int epoch = 0; epoch < one.trainLoss()[0].length; epoch++) {
        largest =
            Math.max(largest, relative(one.trainLoss()[0][epoch], other.trainLoss()[0][epoch]));
        largest = Math.max(largest, relative(one.testLoss()[0][epoch], other.testLoss()[0][epoch]));
      }
    }
    return largest;
  }

  private static double relative(double expected, double actual) {
    return Math.abs(actual - expected) / Math.abs(expected);
  }
}
