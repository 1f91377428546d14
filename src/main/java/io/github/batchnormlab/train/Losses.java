package io.github.batchnormlab.train;

import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Metric;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The losses of a group of replicas so far. A replica whose loss is not finite has no more. */
public final class Losses {
  private final double[][] train;
  private final double[][] test;
  private final Map<Metric, double[][]> metrics = new LinkedHashMap<>();
  private final int[] epochs;
  private int epoch;

  /** Losses without metrics. */
  public Losses(int replicas, int allEpochs) {
    this(replicas, allEpochs, List.of());
  }

  /**
   * @param replicas how many replicas
   * @param allEpochs how many epochs there will be
   * @param metrics what is measured of each epoch
   */
  public Losses(int replicas, int allEpochs, List<Metric> metrics) {
    train = unknown(replicas, allEpochs);
    test = unknown(replicas, allEpochs);
    metrics.forEach(metric -> this.metrics.put(metric, unknown(replicas, allEpochs)));
    epochs = new int[replicas];
  }

  private static double[][] unknown(int replicas, int allEpochs) {
    double[][] values = new double[replicas][allEpochs];
    for (double[] replica : values) {
      Arrays.fill(replica, Double.NaN);
    }
    return values;
  }

  /**
   * Goes on from the losses of the first epochs.
   *
   * @param measured the metrics of these epochs
   */
  public void restore(
      double[][] trainLoss, double[][] testLoss, Map<Metric, double[][]> measured, int epochsDone) {
    epoch = epochsDone;
    metrics.forEach(
        (metric, values) -> {
          for (int i = 0; i < values.length; i++) {
            System.arraycopy(measured.get(metric)[i], 0, values[i], 0, epochsDone);
          }
        });
    for (int i = 0; i < epochs.length; i++) {
      System.arraycopy(trainLoss[i], 0, train[i], 0, epochsDone);
      System.arraycopy(testLoss[i], 0, test[i], 0, epochsDone);
      int replica = i;
      epochs[i] =
          IntStream.range(0, epochsDone)
              .filter(e -> !isFinite(replica, e))
              .map(e -> e + 1)
              .findFirst()
              .orElse(epochsDone);
    }
  }

  private boolean isFinite(int replica, int atEpoch) {
    return Double.isFinite(train[replica][atEpoch]) && Double.isFinite(test[replica][atEpoch]);
  }

  /** Adds an epoch without metrics. */
  public int[] add(double[] trainError, int trainSize, double[] testError, int testSize) {
    return add(trainError, trainSize, testError, testSize, (replica, testLoss) -> new double[0]);
  }

  /** Measures an epoch of a replica, whose test loss is known. */
  @FunctionalInterface
  public interface Measure {
    double[] of(int replica, double testLoss);
  }

  /**
   * Adds an epoch.
   *
   * @param trainError each replica's sum of the losses of its training rows, as they were trained
   * @param testError the same of the test rows, after the epoch
   * @param measure gives the metrics in their order
   * @return the replicas that end with it, because a loss is not finite
   */
  public int[] add(
      double[] trainError, int trainSize, double[] testError, int testSize, Measure measure) {
    int[] training = IntStream.range(0, epochs.length).filter(this::isTraining).toArray();
    for (int i : training) {
      train[i][epoch] = trainError[i] / trainSize;
      test[i][epoch] = testError[i] / testSize;
      double[] measured = measure.of(i, test[i][epoch]);
      int next = 0;
      for (double[][] values : metrics.values()) {
        values[i][epoch] = measured[next++];
      }
      epochs[i]++;
    }
    epoch++;
    return Arrays.stream(training).filter(i -> !isTraining(i)).toArray();
  }

  /** Whether a replica's losses have been finite so far. */
  public boolean isTraining(int replica) {
    return epochs[replica] == epoch && (epoch == 0 || isFinite(replica, epoch - 1));
  }

  /** Whether there is nothing left to train. */
  public boolean isEnd() {
    return epoch == train[0].length
        || IntStream.range(0, epochs.length).noneMatch(this::isTraining);
  }

  /** How many epochs there are. */
  public int epoch() {
    return epoch;
  }

  /** The training loss of an epoch. */
  public double trainLoss(int replica, int atEpoch) {
    return train[replica][atEpoch];
  }

  /** The test loss of an epoch. */
  public double testLoss(int replica, int atEpoch) {
    return test[replica][atEpoch];
  }

  /** All training losses, {@code [replica][epoch]}, NaN where there is none. */
  public double[][] train() {
    return train;
  }

  /** All test losses, {@code [replica][epoch]}, NaN where there is none. */
  public double[][] test() {
    return test;
  }

  /** Of each metric all values, {@code [replica][epoch]}, NaN where there is none. */
  public Map<Metric, double[][]> metrics() {
    return metrics;
  }

  /** The losses as a result of an arm. */
  public ArmResult result(Arm arm, double seconds) {
    return new ArmResult(arm, train, test, epochs, seconds, metrics);
  }
}
