package io.github.batchnormlab.report;

import io.github.batchnormlab.study.ArmResult;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whether test losses still fall when the training ends: then what they are says nothing of where
 * they would come to.
 *
 * <p>Of each network the curve of the medians over the replicas is taken, and of its last tenth the
 * median of the second half against that of the first, which spikes do not move.
 */
final class Falling {
  /** A loss whose second half lies further than this below its first half still falls. */
  static final double MOST = 0.025;

  private static final int LEAST_EPOCHS = 4;

  private Falling() {}

  /** A sentence if some network's loss still falls. */
  static Optional<String> sentence(List<ArmResult> arms) {
    if (arms.stream().noneMatch(arm -> share(arm) > MOST)) {
      return Optional.empty();
    }
    List<String> shares =
        arms.stream().map(arm -> percent(share(arm)) + " " + arm.arm().label()).toList();
    return Optional.of(
        "Still falling: in the second half of the last tenth of the epochs the median test loss lies"
            + " lower than in its first half, by "
            + String.join(" and by ", shares)
            + "; more than "
            + percent(MOST)
            + " counts as falling. So this is no statement on the end.");
  }

  private static String percent(double share) {
    return Numbers.exact(Math.round(1000 * share) / 10.0) + "\u00a0%";
  }

  /** By which share the second half lies lower; 0 if it does not, or is not finite. */
  static double share(ArmResult arm) {
    double[] curve = Curve.overReplicas(arm.testLoss(), 0.5);
    int epochs = curve.length;
    int last = Math.min(epochs, Math.max(LEAST_EPOCHS, epochs / 10));
    int middle = epochs - last / 2;
    double before = median(Arrays.copyOfRange(curve, epochs - last, middle));
    double after = median(Arrays.copyOfRange(curve, middle, epochs));
    double ratio = after / before;
    return ratio < 1 ? 1 - ratio : 0;
  }

  private static double median(double[] values) {
    return Quantiles.of(Arrays.stream(values).filter(Double::isFinite).toArray(), 0.5);
  }
}
