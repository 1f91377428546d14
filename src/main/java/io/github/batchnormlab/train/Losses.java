package io.github.batchnormlab.train;

import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The losses of a group of replicas so far. A replica whose loss is not finite has no more. */
public final class Losses {
  private final double[][] train;
  private final double[][] test;
  private final int[] epochs;
  private int epoch;

  /**
   * @param replicas how many replicas
   * @param allEpochs how many epochs there will be
   */
  public Losses(int replicas, int allEpochs) {
    train = new double[replicas][allEpochs];
    test = new double[replicas][allEpochs];
    epochs = new int[replicas];
    for (int i = 0; i < replicas; i++) {
      Arrays.fill(train[i], Double.NaN);
      Arrays.fill(test[i], Double.NaN);
    }
  }

  /** Goes on from the losses of the first epochs. */
  public void restore(double[][] trainLoss, double[][] testLoss, int epochsDone) {
    epoch = epochsDone;
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
   * Adds an epoch.
   *
   * @param trainError each replica's sum of squared errors before the step
   * @param testError the same of the test points, after it
   * @return the replicas that end with it, because a loss is not finite
   */
  public int[] add(double[] trainError, int trainSize, double[] testError, int testSize) {
    int[] training = IntStream.range(0, epochs.length).filter(this::isTraining).toArray();
    for (int i : training) {
      train[i][epoch] = trainError[i] / trainSize;
      test[i][epoch] = testError[i] / testSize;
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

  /** The losses as a result of an arm. */
  public ArmResult result(Arm arm, double seconds) {
    return new ArmResult(arm, train, test, epochs, seconds);
  }
}
