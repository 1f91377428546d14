package io.github.batchnormlab.report;

import io.github.batchnormlab.study.ArmResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A loss over the epochs as figures draw it, on a logarithmic axis.
 *
 * @param name the legend's entry
 * @param colour the line's colour, {@code #rrggbb}
 * @param dashed whether the line is dashed, as the test losses are
 * @param epochs the epochs of the points, ascending
 * @param losses the losses, NaN where a logarithmic axis has no place for one
 */
record Curve(String name, String colour, boolean dashed, int[] epochs, double[] losses) {

  /** At most so many points show a marker each: between them a line alone could stay unseen. */
  private static final int FEW = 30;

  /**
   * The training and the test curve of each arm, in the order of the legend.
   *
   * @param bins how finely long curves are kept, see {@link Thinning#keep}
   */
  static List<Curve> of(List<ArmResult> arms, int replica, int bins) {
    var curves = new ArrayList<Curve>();
    for (ArmResult result : arms) {
      String label = result.arm().label();
      String colour = result.arm().colour();
      curves.add(of("train " + label, colour, false, result.trainLoss()[replica], bins));
      curves.add(of("test " + label, colour, true, result.testLoss()[replica], bins));
    }
    return curves;
  }

  /**
   * The same curves of the medians over the replicas, with one replica its own.
   *
   * @param bins how finely long curves are kept, see {@link Thinning#keep}
   */
  static List<Curve> medians(List<ArmResult> arms, int bins) {
    return of(
        arms.stream()
            .map(
                arm ->
                    new ArmResult(
                        arm.arm(),
                        new double[][] {overReplicas(arm.trainLoss(), 0.5)},
                        new double[][] {overReplicas(arm.testLoss(), 0.5)},
                        arm.seconds()))
            .toList(),
        0,
        bins);
  }

  /** A quantile of the finite losses of each epoch over the replicas, NaN where there is none. */
  static double[] overReplicas(double[][] losses, double level) {
    if (losses.length == 1) {
      return losses[0];
    }
    return IntStream.range(0, losses[0].length)
        .mapToDouble(
            epoch ->
                Quantiles.of(
                    Arrays.stream(losses)
                        .mapToDouble(replica -> replica[epoch])
                        .filter(Double::isFinite)
                        .toArray(),
                    level))
        .toArray();
  }

  static Curve of(String name, String colour, boolean dashed, double[] losses, int bins) {
    double[] drawable = Plots.positive(losses);
    int[] epochs = Thinning.keep(drawable, bins);
    double[] kept = Arrays.stream(epochs).mapToDouble(epoch -> drawable[epoch]).toArray();
    return new Curve(name, colour, dashed, epochs, kept);
  }

  /** Whether there are so few points that each needs a marker to be seen. */
  boolean hasFewPoints() {
    return Arrays.stream(losses).filter(loss -> !Double.isNaN(loss)).count() <= FEW;
  }

  /** Whether some loss has no place on a logarithmic axis. */
  boolean hasGaps() {
    return Arrays.stream(losses).anyMatch(Double::isNaN);
  }

  Plots.Points points() {
    return new Plots.Points(Plots.doubles(epochs), losses);
  }

  int lastEpoch() {
    return epochs[epochs.length - 1];
  }
}
