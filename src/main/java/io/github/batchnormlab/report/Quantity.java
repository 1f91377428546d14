package io.github.batchnormlab.report;

import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Metric;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A number that each replica of an arm gives, mostly the smaller the better.
 *
 * <p>Losses that are not finite make the numbers that they go into not available. Whether a loss
 * was reached is always known: if not, then not before the number of epochs trained.
 *
 * @param name what it is, or the loss to reach
 * @param scale how two arms are compared in it
 * @param largerIsBetter whether an arm is better with a larger number
 * @param measure the number of one replica
 */
record Quantity(String name, Scale scale, boolean largerIsBetter, Measure measure) {

  /** A number that is better if it is smaller. */
  Quantity(String name, Scale scale, Measure measure) {
    this(name, scale, false, measure);
  }

  /** How two arms are compared, and how values are written. */
  enum Scale {
    /** By the ratio of two positive values. */
    RATIO,
    /** By the ratio; the values are epochs. */
    EPOCHS,
    /** By the difference, of two logarithms or of two shares, where a ratio says nothing. */
    DIFFERENCE;

    /** What two arms come to that are equal. */
    double same() {
      return this == DIFFERENCE ? 0 : 1;
    }

    String value(double value) {
      return this == EPOCHS ? Numbers.epochs(value) : Numbers.significant(value);
    }
  }

  /** Takes the number from an arm's losses. */
  interface Measure {
    Bounded of(ArmResult arm, int replica);
  }

  static final Quantity FINAL_TRAIN_LOSS =
      new Quantity(
          "Final training loss",
          Scale.RATIO,
          (arm, replica) -> available(arm.finalTrainLoss(replica)));

  static final Quantity FINAL_TEST_LOSS =
      new Quantity(
          "Final test loss", Scale.RATIO, (arm, replica) -> available(arm.finalTestLoss(replica)));

  static final Quantity BEST_TEST_LOSS =
      new Quantity("Best test loss", Scale.RATIO, (arm, replica) -> best(arm.testLoss()[replica]));

  /** The first epoch with the best test loss. */
  static final Quantity BEST_TEST_EPOCH =
      new Quantity(
          "Epoch of the best test loss",
          Scale.EPOCHS,
          (arm, replica) -> {
            OptionalInt epoch = ArmResult.lowest(arm.testLoss()[replica]);
            return epoch.isPresent() ? Bounded.exactly(epoch.getAsInt()) : Bounded.NOT_AVAILABLE;
          });

  /**
   * The losses. The area under the log-loss curve, divided by the number of epochs, is the mean
   * over the epochs of log10 of the loss.
   */
  static final List<Quantity> LOSSES =
      List.of(
          FINAL_TRAIN_LOSS,
          FINAL_TEST_LOSS,
          BEST_TEST_LOSS,
          new Quantity(
              "Mean log₁₀ of the training loss",
              Scale.DIFFERENCE,
              (arm, replica) -> meanLog(arm.trainLoss()[replica])),
          new Quantity(
              "Mean log₁₀ of the test loss",
              Scale.DIFFERENCE,
              (arm, replica) -> meanLog(arm.testLoss()[replica])));

  /** A metric of the test rows after the last epoch. */
  static Quantity finalMetric(Metric metric) {
    return of(
        "Final " + Names.of(metric),
        metric.kind(),
        (arm, replica) -> available(arm.finalMetric(metric, replica)));
  }

  /** The best that a metric of the test rows came to after any epoch. */
  static Quantity bestMetric(Metric metric) {
    boolean largest = metric.kind().largerIsBetter();
    return of(
        "Best " + Names.of(metric),
        metric.kind(),
        (arm, replica) -> {
          DoubleStream finite =
              arm.metrics().containsKey(metric)
                  ? Arrays.stream(arm.metrics().get(metric)[replica]).filter(Double::isFinite)
                  : DoubleStream.empty();
          return available((largest ? finite.max() : finite.min()).orElse(Double.NaN));
        });
  }

  /** The mean over some metrics of one kind after the last epoch. */
  static Quantity finalMean(List<Metric> metrics) {
    Metric.Kind kind = metrics.get(0).kind();
    return of(
        "Final mean " + kind.label(),
        kind,
        (arm, replica) ->
            available(
                metrics.stream()
                    .mapToDouble(metric -> arm.finalMetric(metric, replica))
                    .average()
                    .orElse(Double.NaN)));
  }

  private static Quantity of(String name, Metric.Kind kind, Measure measure) {
    boolean isLarger = kind.largerIsBetter();
    return new Quantity(name, isLarger ? Scale.DIFFERENCE : Scale.RATIO, isLarger, measure);
  }

  /** The first epoch with a training loss of at most each threshold. */
  static List<Quantity> trainEpochs(Thresholds thresholds) {
    return thresholds.train().stream().map(Quantity::trainEpoch).toList();
  }

  /** The first epoch with a training loss of at most {@code loss}. */
  static Quantity trainEpoch(double loss) {
    return new Quantity(
        Numbers.exact(loss),
        Scale.EPOCHS,
        (arm, replica) -> reached(arm.trainLoss()[replica], loss));
  }

  /** The same, with a name that says so. */
  static Quantity epochsTo(double loss) {
    return new Quantity(
        "Epochs to a training loss of " + Numbers.exact(loss),
        Scale.EPOCHS,
        trainEpoch(loss).measure());
  }

  /** The first epoch with a test loss of at most each threshold. */
  static List<Quantity> testEpochs(Thresholds thresholds) {
    return thresholds.test().stream()
        .map(
            loss ->
                new Quantity(
                    Numbers.exact(loss),
                    Scale.EPOCHS,
                    (arm, replica) -> reached(arm.testLoss()[replica], loss)))
        .toList();
  }

  /** Those of the quantities that some replica of some arm has come to. */
  static List<Quantity> reached(List<Quantity> epochs, List<ArmResult> arms) {
    return epochs.stream().filter(quantity -> quantity.isReached(arms)).toList();
  }

  /** Whether some replica of some arm has come to it. */
  boolean isReached(List<ArmResult> arms) {
    return arms.stream().flatMap(arm -> of(arm).stream()).anyMatch(Bounded::isExact);
  }

  /** Whether it is a number of epochs. */
  boolean isEpochs() {
    return scale == Scale.EPOCHS;
  }

  /** The number of each replica, in their order. */
  List<Bounded> of(ArmResult arm) {
    return IntStream.range(0, arm.trainLoss().length)
        .mapToObj(replica -> measure.of(arm, replica))
        .toList();
  }

  /**
   * Two arms compared over their replicas, first / second or first - second. A replica whose
   * training has failed, so that it has no such number, counts as worse than any: it is no worse
   * known than the others, it is worse (Lachin 1999, "Worst-rank score analysis with informatively
   * missing observations in clinical trials", Controlled Clinical Trials 20, 408-422).
   */
  Comparison compare(ArmResult first, ArmResult second) {
    return scale == Scale.DIFFERENCE
        ? Comparison.difference(counted(first), counted(second))
        : Comparison.ratio(counted(first), counted(second));
  }

  /** The number of each replica, worse than any other where its training has failed. */
  List<Bounded> counted(ArmResult arm) {
    return IntStream.range(0, arm.trainLoss().length)
        .mapToObj(
            replica -> {
              Bounded value = measure.of(arm, replica);
              boolean isLost = !value.isAvailable() && arm.stopped(replica).isPresent();
              return isLost ? worst() : value;
            })
        .toList();
  }

  private Bounded worst() {
    return largerIsBetter ? Bounded.LEAST : Bounded.INFINITE;
  }

  private static Bounded best(double[] losses) {
    return available(Arrays.stream(losses).filter(Double::isFinite).min().orElse(Double.NaN));
  }

  private static Bounded meanLog(double[] losses) {
    return available(Arrays.stream(losses).map(Math::log10).average().orElse(Double.NaN));
  }

  private static Bounded available(double value) {
    return Double.isFinite(value) ? Bounded.exactly(value) : Bounded.NOT_AVAILABLE;
  }

  private static Bounded reached(double[] losses, double threshold) {
    OptionalInt epoch = ArmResult.firstAtOrBelow(losses, threshold);
    return epoch.isPresent() ? Bounded.exactly(epoch.getAsInt()) : Bounded.atLeast(losses.length);
  }
}
