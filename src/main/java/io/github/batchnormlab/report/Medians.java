package io.github.batchnormlab.report;

import io.github.batchnormlab.study.ArmResult;
import java.util.Locale;

/**
 * An arm in a few numbers, as text: medians over its replicas, or those of its one replica. What
 * censoring leaves open is a bound, such as {@code ≥ 10,000}; what no replica has is a dash.
 *
 * @param finalTrainLoss the training loss of the last epoch
 * @param finalTestLoss the test loss of the last epoch
 * @param bestTestLoss the lowest test loss
 * @param epochsToATenth the first epoch whose training loss is at most 0.1
 * @param millisPerEpoch training plus evaluation of one replica, in milliseconds
 */
public record Medians(
    String finalTrainLoss,
    String finalTestLoss,
    String bestTestLoss,
    String epochsToATenth,
    String millisPerEpoch) {
  private static final int BEST_TEST_LOSS = 2;
  private static final int A_TENTH = Summary.THRESHOLDS.indexOf(0.1);

  public static Medians of(ArmResult arm) {
    return new Medians(
        median(Quantity.FINAL_TRAIN_LOSS, arm),
        median(Quantity.FINAL_TEST_LOSS, arm),
        median(Quantity.LOSSES.get(BEST_TEST_LOSS), arm),
        median(Quantity.TRAIN_EPOCHS.get(A_TENTH), arm),
        String.format(Locale.ROOT, "%.2f", arm.millisPerEpoch()));
  }

  private static String median(Quantity quantity, ArmResult arm) {
    Spread spread = Spread.of(quantity.of(arm));
    return spread.exact() == 0 ? "-" : spread.median().text(quantity.scale()::value);
  }
}
