package io.github.batchnormlab.cli;

import io.github.batchnormlab.report.Numbers;
import io.github.batchnormlab.report.Summary;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.StudyResult;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalInt;

/** The results of a study in a few lines of text. */
final class SummaryTable {
  private static final String ROW = "%-22s %12s %12s %12s %9s %9s %9s%n";

  private SummaryTable() {}

  static void print(StudyResult result, PrintWriter out) {
    out.println();
    out.printf(
        ROW, "arm", "train loss", "test loss", "best test", "at epoch", "loss 0.1", "ms/epoch");
    for (ArmResult arm : result.comparable().arms()) {
      Summary summary = Summary.of(arm, 0);
      out.printf(
          ROW,
          arm.arm(),
          loss(summary.finalTrainLoss()),
          loss(summary.finalTestLoss()),
          loss(summary.bestTestLoss()),
          epoch(summary.bestTestEpoch()),
          epoch(
              summary.reached().stream()
                  .filter(reached -> reached.threshold() == 0.1)
                  .findFirst()
                  .orElseThrow()
                  .trainEpoch()),
          String.format(Locale.ROOT, "%.2f", summary.millisPerEpoch()));
    }
    out.println("(loss 0.1: the first epoch whose training loss is at most 0.1)");
  }

  private static String loss(double loss) {
    return Numbers.significant(loss);
  }

  private static String epoch(OptionalInt epoch) {
    return epoch.isPresent() ? Integer.toString(epoch.getAsInt()) : "-";
  }
}
