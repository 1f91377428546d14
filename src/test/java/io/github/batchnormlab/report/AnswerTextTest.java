package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnswerTextTest {

  /** Replica r has a loss of 100, and of 0.5 from epoch {@code at · (r + 1)} on. */
  private static ArmResult arm(Arm arm, int at) {
    double[][] losses =
        IntStream.rangeClosed(1, 8)
            .mapToObj(
                replica ->
                    IntStream.range(0, 100)
                        .mapToDouble(epoch -> epoch < at * replica ? 100 : 0.5)
                        .toArray())
            .toArray(double[][]::new);
    return new ArmResult(arm, losses, losses, 1);
  }

  @Test
  void eachStatementStandsBehindItsVerdictWithItsNumbers() {
    String text =
        AnswerText.of(
            Studies.of(arm(Arms.BATCH_NORM, 5), arm(Arms.NONE, 10)), Thresholds.parse("1"));

    assertTrue(text.startsWith("8 replicas, the network with BN against that without."), text);
    String[] paragraphs = text.split("\n\n");
    assertEquals(
        "CONFIRMED: Batch normalization makes the training loss fall in fewer epochs.",
        paragraphs[1].lines().findFirst().orElseThrow());
    // 5 (r + 1) epochs of 10 (r + 1) are half of them in every replica.
    assertTrue(
        paragraphs[1].contains(
            "came down to 1 in 0.500 times the epochs that it took without (99.2 % interval 0.500"
                + " to 0.500)."),
        paragraphs[1]);
    assertFalse(text.contains("\u00a0"), "spaces are spaces");
  }

  @Test
  void ofATableTheArmsAreRankedFirst() {
    double[] eight = new double[8];
    Arrays.fill(eight, 0.5);
    double[] twice = new double[8];
    Arrays.fill(twice, 1);
    String text =
        AnswerText.of(
            TableStudies.regression(
                TableStudies.arm(Arms.BATCH_NORM, 10, twice),
                TableStudies.arm(Arms.NONE, 10, eight)));

    assertEquals(
        "“none” has the lowest final test loss; “batch-norm” is worse.",
        text.split("\n\n")[1].lines().findFirst().orElseThrow());
    // 1 is twice 0.5.
    assertTrue(text.contains("the test loss with BN is 2.00 times that without"), text);
  }

  @Test
  void oneReplicaDecidesNothing() {
    String text = AnswerText.of(Studies.of(200, Arms.BATCH_NORM, Arms.NONE));

    assertFalse(text.contains("CONFIRMED") || text.contains("REFUTED"), text);
    assertTrue(text.contains("it decides nothing"), text);
  }
}
