package io.github.batchnormlab.report;

import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Metric;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;

/**
 * What the replicas of an arm came to, in a line of text: medians over the replicas, {@code >=}
 * before a number of epochs that is known only by a bound, and {@code -} for what no replica has.
 *
 * @param trainLoss the training loss of the last epoch
 * @param testLoss the test loss of the last epoch
 * @param bestTestLoss the lowest finite test loss
 * @param bestTestEpoch the first epoch with that test loss
 * @param epochs the first epoch with a training loss of at most a given one
 */
public record Medians(
    String trainLoss, String testLoss, String bestTestLoss, String bestTestEpoch, String epochs) {

  /** The loss whose reaching is counted where it can be. */
  private static final double LOSS = 0.1;

  /**
   * {@return the training loss whose reaching tells the arms apart: 0.1 if the median of some arm
   * came to it, else the lowest threshold that the median of some arm came to, else 0.1 all the
   * same}
   *
   * @param arms the arms
   * @param thresholds the losses to come to
   */
  public static double loss(List<ArmResult> arms, Thresholds thresholds) {
    return Stream.concat(Stream.of(LOSS), thresholds.train().stream().sorted())
        .filter(loss -> arms.stream().anyMatch(arm -> epochs(arm, loss).isExact()))
        .findFirst()
        .orElse(LOSS);
  }

  /**
   * {@return the training loss whose reaching tells arms apart that learn a table: the lowest
   * threshold that the medians of all arms came to, else the lowest that that of some arm came to}
   *
   * @param arms the arms
   * @param thresholds the losses to come to
   */
  public static OptionalDouble commonLoss(List<ArmResult> arms, Thresholds thresholds) {
    List<Double> losses = thresholds.train().stream().sorted().toList();
    return Stream.concat(
            losses.stream()
                .filter(loss -> arms.stream().allMatch(arm -> epochs(arm, loss).isExact())),
            losses.stream()
                .filter(loss -> arms.stream().anyMatch(arm -> epochs(arm, loss).isExact())))
        .mapToDouble(loss -> loss)
        .findFirst();
  }

  /**
   * {@return the median of a metric after the last epoch}
   *
   * @param arm the arm
   * @param metric the metric
   */
  public static String metric(ArmResult arm, Metric metric) {
    return median(Quantity.finalMetric(metric), arm, Numbers::significant);
  }

  /**
   * {@return the median of the mean of some metrics of one kind after the last epoch}
   *
   * @param arm the arm
   * @param metrics the metrics
   */
  public static String mean(ArmResult arm, List<Metric> metrics) {
    return median(Quantity.finalMean(metrics), arm, Numbers::significant);
  }

  /**
   * {@return the medians of an arm, and when it came to a training loss}
   *
   * @param arm the arm
   * @param loss the training loss to come to
   */
  public static Medians of(ArmResult arm, double loss) {
    return new Medians(
        median(Quantity.FINAL_TRAIN_LOSS, arm, Numbers::significant),
        median(Quantity.FINAL_TEST_LOSS, arm, Numbers::significant),
        median(Quantity.BEST_TEST_LOSS, arm, Numbers::significant),
        median(Quantity.BEST_TEST_EPOCH, arm, Numbers::exact),
        text(epochs(arm, loss), Numbers::exact));
  }

  private static Bounded epochs(ArmResult arm, double loss) {
    return Quantiles.of(Quantity.trainEpoch(loss).of(arm), 0.5);
  }

  private static String median(Quantity quantity, ArmResult arm, DoubleFunction<String> format) {
    List<Bounded> replicas = quantity.of(arm).stream().filter(Bounded::isAvailable).toList();
    return text(Quantiles.of(replicas, 0.5), format);
  }

  private static String text(Bounded median, DoubleFunction<String> format) {
    return median.isAvailable() ? median.text(format).replace("≥\u00a0", ">= ") : "-";
  }
}
