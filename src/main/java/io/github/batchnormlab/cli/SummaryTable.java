package io.github.batchnormlab.cli;

import io.github.batchnormlab.report.Medians;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.StudyResult;
import java.io.PrintWriter;
import java.util.List;

/** The results of a study in a few lines of text. */
final class SummaryTable {
  private static final String ROW = "%-22s %12s %12s %12s %9s %9s%n";

  private SummaryTable() {}

  static void print(StudyResult whole, PrintWriter out) {
    List<ArmResult> arms = whole.comparable().arms();
    out.println();
    out.printf(ROW, "arm", "train loss", "test loss", "best test", "loss 0.1", "ms/epoch");
    for (ArmResult arm : arms) {
      Medians medians = Medians.of(arm);
      out.printf(
          ROW,
          arm.arm(),
          medians.finalTrainLoss(),
          medians.finalTestLoss(),
          medians.bestTestLoss(),
          medians.epochsToATenth().replace("≥ ", ">="), // A console may lack the sign.
          medians.millisPerEpoch());
    }
    int replicas = arms.get(0).epochs().length;
    out.println(
        "("
            + (replicas == 1 ? "" : "medians of " + replicas + " replicas; ")
            + "loss 0.1: the first epoch whose training loss is at most 0.1)");
  }
}
