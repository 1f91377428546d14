package io.github.batchnormlab.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What one replica of an arm came to, in a few numbers that outlive its losses.
 *
 * @param arm the arm
 * @param replica which replica, from 0
 * @param seed its seed
 * @param epochs how many epochs it has
 * @param finalTrainLoss the training loss of the last epoch; NaN if it stopped before its time
 * @param finalTestLoss the test loss of the last epoch; NaN if it stopped before its time
 * @param bestTestLoss the lowest finite test loss, or NaN
 * @param bestTestEpoch the first epoch with that test loss
 * @param metrics metrics of the test rows after the last epoch; NaN if it stopped before its time
 * @param reached the first epoch with a training loss of at most each of some losses
 * @param hasFailed whether its training has stopped, because its loss was not finite
 */
public record ReplicaResult(
    Arm arm,
    int replica,
    int seed,
    int epochs,
    double finalTrainLoss,
    double finalTestLoss,
    double bestTestLoss,
    OptionalInt bestTestEpoch,
    Map<Metric, Double> metrics,
    Map<Double, OptionalInt> reached,
    boolean hasFailed) {

  /**
   * {@return those of a finished study, arm by arm}
   *
   * @param result the study's
   * @param losses the training losses whose first reaching is told
   */
  public static List<ReplicaResult> of(StudyResult result, List<Double> losses) {
    List<ReplicaResult> all = new ArrayList<>();
    for (ArmResult arm : result.arms()) {
      for (int replica = 0; replica < arm.epochs().length; replica++) {
        all.add(of(arm, replica, result.settings().fit().seed() + replica, losses));
      }
    }
    return all;
  }

  private static ReplicaResult of(ArmResult arm, int replica, int seed, List<Double> losses) {
    double[] train = arm.trainLoss()[replica];
    double[] test = arm.testLoss()[replica];
    OptionalInt best = ArmResult.lowest(test);
    Map<Metric, Double> metrics = new LinkedHashMap<>();
    arm.metrics().keySet().forEach(metric -> metrics.put(metric, arm.finalMetric(metric, replica)));
    Map<Double, OptionalInt> reached = new LinkedHashMap<>();
    losses.forEach(loss -> reached.put(loss, ArmResult.firstAtOrBelow(train, loss)));
    return new ReplicaResult(
        arm.arm(),
        replica,
        seed,
        arm.epochs()[replica],
        arm.finalTrainLoss(replica),
        arm.finalTestLoss(replica),
        best.isPresent() ? test[best.getAsInt()] : Double.NaN,
        best,
        metrics,
        reached,
        arm.stopped(replica).isPresent());
  }
}
