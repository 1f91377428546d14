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
    OptionalInt best = ArmResult.lowest(test);
    return new Summary(
        result.arm(),
        train[train.length - 1],
        test[test.length - 1],
        best.isPresent() ? test[best.getAsInt()] : Double.NaN,
        best,
        result.millisPerEpoch());
  }
}
