package io.github.batchnormlab.train;

import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Metric;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;

/** The losses of a group of replicas so far. A replica whose loss is not finite has no more. */
public final class Losses {
  private final double[][] train;
  private final double[][] test;
  private final Map<Metric, double[][]> metrics = new LinkedHashMap<>();
  private final int[] epochs;
  private int epoch;

  /**
   * Losses without metrics.
   *
   * @param replicas how many replicas
   * @param allEpochs how many epochs there are to be
   */
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
   * @param trainLoss the training losses, {@code [replica][epoch]}
   * @param testLoss the test losses, {@code [replica][epoch]}
   * @param measured the metrics of these epochs
   * @param epochsDone how many epochs these are
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

  /**
   * Adds an epoch without metrics.
   *
   * @param trainError each replica's sum of the losses of its training rows
   * @param trainSize how many training rows each replica has
   * @param testError each replica's sum of the losses of its test rows
   * @param testSize how many test rows each replica has
   * @return the replicas whose training has ended with this epoch
   */
  public int[] add(double[] trainError, int trainSize, double[] testError, int testSize) {
    return add(trainError, trainSize, testError, testSize, (replica, testLoss) -> new double[0]);
  }

  /** Measures an epoch of a replica, whose test loss is known. */
  @FunctionalInterface
  public interface Measure {
    /**
     * Measures.
     *
     * @param replica which, from 0
     * @param testLoss its test loss of the epoch
     * @return the values of the metrics, in their order
     */
    double[] of(int replica, double testLoss);
  }

  /**
   * Adds an epoch.
   *
   * @param trainError each replica's sum of the losses of its training rows, as they were trained
   * @param trainSize how many training rows each replica has
   * @param testError the same of the test rows, after the epoch
   * @param testSize how many test rows each replica has
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

  /**
   * {@return how many epochs a replica has been trained for}
   *
   * @param replica which replica, from 0
   */
  public int epochs(int replica) {
    return epochs[replica];
  }

  /**
   * {@return whether a replica's losses have been finite so far}
   *
   * @param replica which replica, from 0
   */
  public boolean isTraining(int replica) {
    return epochs[replica] == epoch && (epoch == 0 || isFinite(replica, epoch - 1));
  }

  /** {@return whether there is nothing left to train} */
  public boolean isEnd() {
    return epoch == train[0].length
        || IntStream.range(0, epochs.length).noneMatch(this::isTraining);
  }

  /** {@return how many epochs there are} */
  public int epoch() {
    return epoch;
  }

  /**
   * {@return the median of the finite training losses of an epoch, NaN if there is none}
   *
   * @param atEpoch which epoch, from 0
   */
  public double medianTrainLoss(int atEpoch) {
    return median(train, atEpoch);
  }

  /**
   * {@return the median of the finite test losses of an epoch, NaN if there is none}
   *
   * @param atEpoch which epoch, from 0
   */
  public double medianTestLoss(int atEpoch) {
    return median(test, atEpoch);
  }

  private static double median(double[][] losses, int epoch) {
    return StatUtils.percentile(
        Arrays.stream(losses)
            .mapToDouble(replica -> replica[epoch])
            .filter(Double::isFinite)
            .toArray(),
        50);
  }

  /** {@return all training losses, {@code [replica][epoch]}, NaN where there is none} */
  public double[][] train() {
    return train;
  }

  /** {@return all test losses, {@code [replica][epoch]}, NaN where there is none} */
  public double[][] test() {
    return test;
  }

  /** {@return of each metric all values, {@code [replica][epoch]}, NaN where there is none} */
  public Map<Metric, double[][]> metrics() {
    return metrics;
  }

  /**
   * {@return the losses as a result of an arm}
   *
   * @param arm the arm
   * @param seconds how long the training took
   */
  public ArmResult result(Arm arm, double seconds) {
    return new ArmResult(arm, train, test, epochs, seconds, metrics);
  }
}
