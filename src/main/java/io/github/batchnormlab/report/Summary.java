package io.github.batchnormlab.report;

import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import java.util.OptionalInt;

/**
 * What one replica of an arm came to, in a few numbers. Epochs count from 0, as in {@code
 * losses.csv}.
 *
 * @param arm the arm
 * @param finalTrainLoss the training loss of the last epoch
 * @param finalTestLoss the test loss of the last epoch
 * @param bestTestLoss the lowest finite test loss, NaN if there is none
 * @param bestTestEpoch the first epoch with that test loss, empty if there is none
 * @param millisPerEpoch training plus evaluation, in milliseconds per epoch
 */
record Summary(
    Arm arm,
    double finalTrainLoss,
    double finalTestLoss,
    double bestTestLoss,
    OptionalInt bestTestEpoch,
    double millisPerEpoch) {

  /**
   * Sums up one replica of an arm.
   *
   * @throws IndexOutOfBoundsException if the arm has no such replica
   */
  static Summary of(ArmResult result, int replica) {
    double[] train = result.trainLoss()[replica];
    double[] test = result.testLoss()[replica];
    OptionalInt best = lowest(test);
    return new Summary(
        result.arm(),
        train[train.length - 1],
        test[test.length - 1],
        best.isPresent() ? test[best.getAsInt()] : Double.NaN,
        best,
        result.millisPerEpoch());
  }

  /** The first epoch with the lowest finite loss, empty if there is none. */
  static OptionalInt lowest(double[] losses) {
    int lowest = -1;
    for (int epoch = 0; epoch < losses.length; epoch++) {
      if (Double.isFinite(losses[epoch]) && (lowest < 0 || losses[epoch] < losses[lowest])) {
        lowest = epoch;
      }
    }
    return lowest < 0 ? OptionalInt.empty() : OptionalInt.of(lowest);
  }

  /** The first epoch whose loss is at most {@code threshold}, empty if there is none. */
  static OptionalInt firstAtOrBelow(double[] losses, double threshold) {
    for (int epoch = 0; epoch < losses.length; epoch++) {
      if (losses[epoch] <= threshold) {
        return OptionalInt.of(epoch);
      }
    }
    return OptionalInt.empty();
  }
}
