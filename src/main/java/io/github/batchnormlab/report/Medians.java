package io.github.batchnormlab.report;

import io.github.batchnormlab.study.ArmResult;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * What the replicas of an arm came to, in a line of text: medians over the replicas, {@code >=}
 * before a number of epochs that is known only by a bound, and {@code -} for what no replica has.
 *
 * @param trainLoss the training loss of the last epoch
 * @param testLoss the test loss of the last epoch
 * @param bestTestLoss the lowest finite test loss
 * @param bestTestEpoch the first epoch with that test loss
 * @param epochs the first epoch with a training loss of at most {@link #LOSS}
 */
public record Medians(
    String trainLoss, String testLoss, String bestTestLoss, String bestTestEpoch, String epochs) {

  /** The loss whose reaching is counted. */
  public static final double LOSS = 0.1;

  public static Medians of(ArmResult arm) {
    Quantity reached =
        Quantity.TRAIN_EPOCHS.stream()
            .filter(quantity -> quantity.name().equals(Numbers.exact(LOSS)))
            .findFirst()
            .orElseThrow();
    return new Medians(
        median(Quantity.FINAL_TRAIN_LOSS, arm, Numbers::significant),
        median(Quantity.FINAL_TEST_LOSS, arm, Numbers::significant),
        median(Quantity.BEST_TEST_LOSS, arm, Numbers::significant),
        median(Quantity.BEST_TEST_EPOCH, arm, Numbers::exact),
        median(reached, arm, Numbers::exact));
  }

  private static String median(Quantity quantity, ArmResult arm, DoubleFunction<String> format) {
    List<Bounded> replicas = quantity.of(arm).stream().filter(Bounded::isAvailable).toList();
    Bounded median = Quantiles.of(replicas, 0.5);
    return median.isAvailable() ? median.text(format).replace("≥\u00a0", ">= ") : "-";
  }
}
