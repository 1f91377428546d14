package io.github.batchnormlab.study;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * What one arm's training gave.
 *
 * <p>All replicas have arrays of the same length. Where a replica has fewer epochs, because its
 * loss was no longer finite or because the run was interrupted, NaN fills the rest.
 *
 * @param arm the arm
 * @param trainLoss the training loss before each epoch's step, {@code [replica][epoch]}
 * @param testLoss the test loss after each epoch's step, {@code [replica][epoch]}
 * @param epochs how many epochs each replica has
 * @param seconds how long the training took, all groups of replicas added up
 * @param metrics of each metric the values after each epoch's step, {@code [replica][epoch]}; none
 *     without a table
 */
public record ArmResult(
    Arm arm,
    double[][] trainLoss,
    double[][] testLoss,
    int[] epochs,
    double seconds,
    Map<Metric, double[][]> metrics) {

  /**
   * Takes a copy of the map, in its order.
   *
   * @param arm the arm
   * @param trainLoss the training loss before each epoch's step, {@code [replica][epoch]}
   * @param testLoss the test loss after each epoch's step, {@code [replica][epoch]}
   * @param epochs how many epochs each replica has
   * @param seconds how long the training took, all groups of replicas added up
   * @param metrics of each metric the values after each epoch's step, {@code [replica][epoch]};
   *     none without a table
   */
  public ArmResult {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /**
   * A result without metrics.
   *
   * @param arm the arm
   * @param trainLoss the training loss before each epoch's step, {@code [replica][epoch]}
   * @param testLoss the test loss after each epoch's step, {@code [replica][epoch]}
   * @param epochs how many epochs each replica has
   * @param seconds how long the training took, all groups of replicas added up
   */
  public ArmResult(
      Arm arm, double[][] trainLoss, double[][] testLoss, int[] epochs, double seconds) {
    this(arm, trainLoss, testLoss, epochs, seconds, Map.of());
  }

  /**
   * A result whose replicas have all the epochs of their arrays.
   *
   * @param arm the arm
   * @param trainLoss the training loss before each epoch's step, {@code [replica][epoch]}
   * @param testLoss the test loss after each epoch's step, {@code [replica][epoch]}
   * @param seconds how long the training took, all groups of replicas added up
   */
  public ArmResult(Arm arm, double[][] trainLoss, double[][] testLoss, double seconds) {
    this(
        arm,
        trainLoss,
        testLoss,
        Arrays.stream(trainLoss).mapToInt(losses -> losses.length).toArray(),
        seconds);
  }

  /** {@return training plus evaluation, in milliseconds per epoch of one replica} */
  public double millisPerEpoch() {
    return 1000 * seconds / sum(epochs);
  }

  /**
   * {@return the epoch whose loss was not finite, with which the training of a replica then ended}
   *
   * @param replica which replica, from 0
   */
  public OptionalInt stopped(int replica) {
    int last = epochs[replica] - 1;
    boolean isStopped =
        last >= 0
            && !(Double.isFinite(trainLoss[replica][last])
                && Double.isFinite(testLoss[replica][last]));
    return isStopped ? OptionalInt.of(last) : OptionalInt.empty();
  }

  /**
   * {@return a replica's training loss of its last epoch; NaN if it has none, or stopped with it}
   *
   * @param replica which replica, from 0
   */
  public double finalTrainLoss(int replica) {
    return last(trainLoss, replica);
  }

  /**
   * {@return a replica's test loss of its last epoch; NaN if it has none, or stopped with it}
   *
   * @param replica which replica, from 0
   */
  public double finalTestLoss(int replica) {
    return last(testLoss, replica);
  }

  /** Of two losses of an epoch one may be finite where the other is not: no end of a training. */
  private double last(double[][] losses, int replica) {
    return epochs[replica] == 0 || stopped(replica).isPresent()
        ? Double.NaN
        : losses[replica][epochs[replica] - 1];
  }

  /** Whether nothing is left to train of a replica. */
  boolean isFinished(int replica, int allEpochs) {
    return epochs[replica] == allEpochs || stopped(replica).isPresent();
  }

  /** The first epochs of some replicas, in the order given, and their share of the time. */
  ArmResult part(int[] replicas, int firstEpochs) {
    int[] kept = Arrays.stream(replicas).map(r -> Math.min(epochs[r], firstEpochs)).toArray();
    double share = (double) sum(kept) / Math.max(1, sum(epochs));
    return new ArmResult(
        arm,
        part(trainLoss, replicas, firstEpochs),
        part(testLoss, replicas, firstEpochs),
        kept,
        seconds * share,
        metrics(values -> part(values, replicas, firstEpochs)));
  }

  /** The metrics with their values replaced. */
  private Map<Metric, double[][]> metrics(UnaryOperator<double[][]> change) {
    Map<Metric, double[][]> changed = new LinkedHashMap<>();
    metrics.forEach((metric, values) -> changed.put(metric, change.apply(values)));
    return changed;
  }

  /**
   * Some replicas, one behind the other, with all of their epochs.
   *
   * @param from the first
   * @param to the one behind the last
   * @return the result of these replicas
   */
  public ArmResult replicas(int from, int to) {
    return new ArmResult(
        arm,
        Arrays.copyOfRange(trainLoss, from, to),
        Arrays.copyOfRange(testLoss, from, to),
        Arrays.copyOfRange(epochs, from, to),
        seconds,
        metrics(values -> Arrays.copyOfRange(values, from, to)));
  }

  /**
   * {@return a replica's value of a metric at its last epoch; NaN if it has none, or stopped with
   * it}
   *
   * @param metric the metric
   * @param replica which replica, from 0
   */
  public double finalMetric(Metric metric, int replica) {
    return metrics.containsKey(metric) ? last(metrics.get(metric), replica) : Double.NaN;
  }

  /**
   * {@return the first epoch with the lowest finite loss, empty if there is none}
   *
   * @param losses those of a replica, epoch by epoch
   */
  public static OptionalInt lowest(double[] losses) {
    int lowest = -1;
    for (int epoch = 0; epoch < losses.length; epoch++) {
      if (Double.isFinite(losses[epoch]) && (lowest < 0 || losses[epoch] < losses[lowest])) {
        lowest = epoch;
      }
    }
    return lowest < 0 ? OptionalInt.empty() : OptionalInt.of(lowest);
  }

  /**
   * {@return the first epoch whose loss is at most a threshold, empty if there is none}
   *
   * @param losses those of a replica, epoch by epoch
   * @param threshold the loss to reach
   */
  public static OptionalInt firstAtOrBelow(double[] losses, double threshold) {
    for (int epoch = 0; epoch < losses.length; epoch++) {
      if (losses[epoch] <= threshold) {
        return OptionalInt.of(epoch);
      }
    }
    return OptionalInt.empty();
  }

  private static double[][] part(double[][] losses, int[] replicas, int firstEpochs) {
    return Arrays.stream(replicas)
        .mapToObj(replica -> Arrays.copyOf(losses[replica], firstEpochs))
        .toArray(double[][]::new);
  }

  private static long sum(int[] numbers) {
    return Arrays.stream(numbers).asLongStream().sum();
  }
}
