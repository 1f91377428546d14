package io.github.batchnormlab.cli;

import io.github.batchnormlab.study.*;

public final class Main {
  private Main() {}

  public static void main(String[] args) throws Exception {
    StudyResult r =
        Study.run(
            Settings.builder()
                .optEpochs(Integer.parseInt(args[0]))
                .optArms(
                    java.util.Arrays.stream(args[1].split(","))
                        .map(a -> Arm.find(a).get())
                        .toList())
                .build(),
            null,
            "",
            StudyListener.NONE);
    for (ArmResult a : r.arms()) {
      System.out.println(
          a.arm()
              + " "
              + a.millisPerEpoch()
              + " "
              + a.trainLoss()[0][0]
              + " "
              + a.testLoss()[0][0]);
      try (var w = new java.io.PrintWriter("/tmp/out-" + a.arm() + ".csv")) {
        for (int i = 0; i < a.trainLoss()[0].length; i++)
          w.println(a.trainLoss()[0][i] + "," + a.testLoss()[0][i]);
      }
    }
    System.out.println(r.provenance());
  }
}
