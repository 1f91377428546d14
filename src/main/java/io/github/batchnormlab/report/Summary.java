package io.github.batchnormlab.report;

import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import java.util.List;
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
 * @param reached when the losses came down to each of {@link #THRESHOLDS}, in their order
 * @param millisPerEpoch training plus evaluation, in milliseconds per epoch
 */
public record Summary(
    Arm arm,
    double finalTrainLoss,
    double finalTestLoss,
    double bestTestLoss,
    OptionalInt bestTestEpoch,
    List<Reached> reached,
    double millisPerEpoch) {

  /** The losses whose first reaching is counted, from the highest to the lowest. */
  public static final List<Double> THRESHOLDS = List.of(1.0, 0.1, 0.05, 0.02, 0.01);

  /**
   * When the losses first came down to a threshold.
   *
   * @param threshold the loss to reach
   * @param trainEpoch the first epoch whose training loss is at or below it, empty if none is
   * @param testEpoch the first epoch whose test loss is at or below it, empty if none is
   */
  public record Reached(double threshold, OptionalInt trainEpoch, OptionalInt testEpoch) {}

  public Summary {
    reached = List.copyOf(reached);
  }

  /**
   * Sums up one replica of an arm.
   *
   * @throws IndexOutOfBoundsException if the arm has no such replica
   */
  public static Summary of(ArmResult result, int replica) {
    double[] train = result.trainLoss()[replica];
    double[] test = result.testLoss()[replica];
    OptionalInt best = lowest(test);
    return new Summary(
        result.arm(),
        train[train.length - 1],
        test[test.length - 1],
        best.isPresent() ? test[best.getAsInt()] : Double.NaN,
        best,
        THRESHOLDS.stream()
            .map(loss -> new Reached(loss, firstAtOrBelow(train, loss), firstAtOrBelow(test, loss)))
            .toList(),
        result.millisPerEpoch());
  }

  private static OptionalInt lowest(double[] losses) {
    int lowest = -1;
    for (int epoch = 0; epoch < losses.length; epoch++) {
      if (Double.isFinite(losses[epoch]) && (lowest < 0 || losses[epoch] < losses[lowest])) {
        lowest = epoch;
      }
    }
    return lowest < 0 ? OptionalInt.empty() : OptionalInt.of(lowest);
  }

  static OptionalInt firstAtOrBelow(double[] losses, double threshold) {
    for (int epoch = 0; epoch < losses.length; epoch++) {
      if (losses[epoch] <= threshold) {
        return OptionalInt.of(epoch);
      }
    }
    return OptionalInt.empty();
  }
}
