package io.github.batchnormlab.cli;

import io.github.batchnormlab.report.Medians;
import io.github.batchnormlab.report.Numbers;
import io.github.batchnormlab.report.Thresholds;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.StudyResult;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The results of a study in a few lines of text: with several replicas their medians. */
final class SummaryTable {
  private static final String ROW = "%-22s %12s %12s %12s %9s %9s %9s%n";

  private static final String NOT_FINITE = "not finite";

  private SummaryTable() {}

  static void print(StudyResult result, PrintWriter out) {
    List<ArmResult> arms = result.comparable().arms();
    double reached = Medians.loss(arms, Thresholds.of(arms));
    String loss = "loss " + Numbers.exact(reached);
    int replicas = arms.get(0).trainLoss().length;
    out.println();
    out.printf(ROW, "arm", "train loss", "test loss", "best test", "at epoch", loss, "ms/epoch");
    for (ArmResult arm : arms) {
      Medians medians = Medians.of(arm, reached);
      out.printf(
          ROW,
          arm.arm(),
          stops(arm) == replicas ? NOT_FINITE : medians.trainLoss(),
          stops(arm) == replicas ? NOT_FINITE : medians.testLoss(),
          medians.bestTestLoss(),
          medians.bestTestEpoch(),
          medians.epochs(),
          String.format(Locale.ROOT, "%.2f", arm.millisPerEpoch()));
    }
    boolean someStopped = arms.stream().anyMatch(arm -> stops(arm) > 0 && stops(arm) < replicas);
    out.printf(
        "(%s%s%s: the first epoch whose training loss is at most %s)%n",
        replicas == 1 ? "" : "median of " + replicas + " replicas; ",
        someStopped ? "train and test loss without those that stopped; " : "",
        loss,
        Numbers.exact(reached));
  }

  /** How many replicas have stopped, and so have no final loss. */
  private static long stops(ArmResult arm) {
    return IntStream.range(0, arm.epochs().length)
        .filter(replica -> arm.stopped(replica).isPresent())
        .count();
  }
}
