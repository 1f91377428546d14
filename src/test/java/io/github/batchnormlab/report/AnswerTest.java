package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.report.Answer.Verdict;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Diagnostic;
import io.github.batchnormlab.study.Diagnostic.Quantity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnswerTest {
  private static final double[] ONES = {1, 1, 1, 1, 1, 1, 1, 1};

  /** Replicas whose loss falls from 100 to {@code last}, and to 0.5 at the epoch {@code at}. */
  private static ArmResult arm(Arm arm, int[] at, double[] last) {
    double[][] losses =
        IntStream.range(0, at.length)
            .mapToObj(
                replica ->
                    IntStream.range(0, 100)
                        .mapToDouble(
                            epoch -> epoch == 99 ? last[replica] : epoch < at[replica] ? 100 : 0.5)
                        .toArray())
            .toArray(double[][]::new);
    return new ArmResult(arm, losses, losses, 1);
  }

  private static int[] at(int... epochs) {
    return epochs;
  }

  private static double[] times(double factor, double[] values) {
    return Arrays.stream(values).map(value -> factor * value).toArray();
  }

  private static List<Diagnostic> weights(Arm arm, double... largest) {
    var diagnostics = new ArrayList<Diagnostic>();
    for (int replica = 0; replica < largest.length; replica++) {
      diagnostics.add(
          new Diagnostic(arm, replica, 99, Quantity.WEIGHT_MIN, "weight1", -largest[replica]));
      diagnostics.add(
          new Diagnostic(arm, replica, 99, Quantity.WEIGHT_MAX, "weight2", largest[replica]));
      diagnostics.add(
          new Diagnostic(arm, replica, 99, Quantity.WEIGHT_NORM, "weight1", 3 * largest[replica]));
      diagnostics.add(
          new Diagnostic(arm, replica, 99, Quantity.WEIGHT_NORM, "weight2", 4 * largest[replica]));
    }
    return diagnostics;
  }

  private static Answer answer(List<Diagnostic> diagnostics, ArmResult... arms) {
    return Answer.of(Studies.of(arms), new Insights(diagnostics));
  }

  private static List<Verdict> verdicts(Answer answer) {
    return answer.statements().stream().map(Answer.Statement::verdict).toList();
  }

  private static String text(Answer answer, int statement) {
    return String.join(" ", answer.statements().get(statement).sentences()).replace('\u00a0', ' ');
  }

  @Test
  void clearNumbersConfirm() {
    var weights = weights(Arms.BATCH_NORM, 2, 2, 2, 2.1, 2, 2, 2, 2);
    weights.addAll(weights(Arms.NONE, 2, 2, 2, 2, 2, 2, 2, 2));
    var answer =
        answer(
            weights,
            arm(Arms.BATCH_NORM, at(20, 21, 20, 19, 20, 22, 20, 20), ONES),
            arm(Arms.NONE, at(40, 42, 40, 38, 40, 44, 40, 40), times(1.05, ONES)));

    assertEquals(
        List.of(Verdict.CONFIRMED, Verdict.CONFIRMED, Verdict.CONFIRMED), verdicts(answer));
    assertEquals(
        "The training loss with BN came down to 1 in 0.500 times the epochs that it took without (95"
            + " % interval 0.500 to 0.500). Neither network came down to a training loss of 0.1 or"
            + " less. The test loss with BN came down to 1 in 0.500 times the epochs that it took"
            + " without (95 % interval 0.500 to 0.500). Neither network came down to a test loss of"
            + " 0.1 or less.",
        text(answer, 0));
    assertEquals(
        "The final test loss with BN is 0.952 times that without (95 % interval 0.952 to 0.952),"
            + " lower in 8 of 8 replicas. The final training loss is 0.952 times that without (95 %"
            + " interval 0.952 to 0.952).",
        text(answer, 1));
    assertTrue(text(answer, 2).startsWith("At epoch 99 the range"), text(answer, 2));
    assertTrue(text(answer, 2).contains("with BN is 1.00 times that without"), text(answer, 2));
  }

  @Test
  void clearNumbersRefute() {
    var weights = weights(Arms.BATCH_NORM, 6, 6, 6, 6, 6, 6, 6, 6);
    weights.addAll(weights(Arms.NONE, 2, 2, 2, 2, 2, 2, 2, 2));
    var answer =
        answer(
            weights,
            arm(Arms.BATCH_NORM, at(60, 60, 60, 60, 60, 60, 60, 60), times(0.3, ONES)),
            arm(Arms.NONE, at(40, 42, 40, 38, 40, 44, 40, 40), ONES));

    assertEquals(List.of(Verdict.REFUTED, Verdict.REFUTED, Verdict.REFUTED), verdicts(answer));
    assertTrue(
        text(answer, 0).contains("1 in 1.50 times the epochs that it took without"),
        text(answer, 0));
    // 2 · 6 / (2 · 2), and sqrt(3² + 4²) of both.
    assertTrue(text(answer, 2).contains("with BN is 3.00 times that without"), text(answer, 2));
    assertTrue(text(answer, 2).contains("Their norm is 3.00 times"), text(answer, 2));
  }

  @Test
  void moreEpochsAndFewerAreToldInOneDirection() {
    double[] with = {9, 1, 1, 1, 1, 1, 0.1};
    double[] without = {9, 9, 1, 0.1, 1, 1, 1};
    var answer =
        answer(
            List.of(),
            Studies.result(Arms.BATCH_NORM, with, with, 1),
            Studies.result(Arms.NONE, without, without, 1));

    String told = "1 in 0.500 times the epochs that it took without; to 0.1 in 2.00 times.";
    assertTrue(text(answer, 0).contains(told), text(answer, 0));
  }

  @Test
  void mixedNumbersLeaveItUndecided() {
    double[] mixed = {0.3, 3, 0.5, 2, 1, 0.9, 4, 0.2};
    var weights = weights(Arms.BATCH_NORM, mixed);
    weights.addAll(weights(Arms.NONE, ONES));
    var answer =
        answer(
            weights,
            arm(Arms.BATCH_NORM, at(20, 60, 30, 50, 40, 41, 39, 70), mixed),
            arm(Arms.NONE, at(40, 40, 40, 40, 40, 40, 40, 40), ONES));

    assertEquals(
        List.of(Verdict.UNDECIDED, Verdict.UNDECIDED, Verdict.UNDECIDED), verdicts(answer));
  }

  @Test
  void oneRunIsNoEvidence() {
    var answer =
        answer(
            List.of(),
            arm(Arms.BATCH_NORM, at(20), new double[] {0.4}),
            arm(Arms.NONE, at(40), new double[] {0.8}));

    assertTrue(answer.lead().startsWith("One run is no evidence"), answer.lead());
    assertEquals(
        List.of(Verdict.UNDECIDED, Verdict.UNDECIDED, Verdict.UNDECIDED), verdicts(answer));
    assertTrue(text(answer, 0).contains("1 in 0.500 times the epochs"), text(answer, 0));
    assertEquals(
        "The final test loss with BN is 0.500 times that without. The final training loss is 0.500"
            + " times that without.",
        text(answer, 1));
    assertEquals("The weights were not recorded in this run.", text(answer, 2));
  }

  @Test
  void fewReplicasDecideNothing() {
    var answer =
        answer(
            List.of(),
            arm(Arms.BATCH_NORM, at(20, 20, 20, 20, 20), new double[] {1, 1, 1, 1, 1}),
            arm(Arms.NONE, at(40, 40, 40, 40, 40), new double[] {5, 5, 5, 5, 5}));

    assertEquals(
        List.of(Verdict.UNDECIDED, Verdict.UNDECIDED, Verdict.UNDECIDED), verdicts(answer));
    assertTrue(answer.lead().contains("From 6 replicas on"), answer.lead());
  }

  @Test
  void lossesThatAreFiniteInNeitherNetworkCannotBeCompared() {
    double nan = Double.NaN;
    var answer =
        answer(
            List.of(),
            arm(Arms.BATCH_NORM, at(20, 20), new double[] {nan, nan}),
            arm(Arms.NONE, at(40, 40), new double[] {nan, nan}));

    assertTrue(text(answer, 1).contains("cannot be compared"), text(answer, 1));
  }

  @Test
  void trainingThatFailsRefutesThatTheLossIsHardlyAffected() {
    double nan = Double.NaN;
    var answer =
        answer(
            List.of(),
            arm(Arms.BATCH_NORM, at(20, 20, 20, 20, 20, 20), new double[] {9, nan, 9, 9, nan, 9}),
            arm(Arms.NONE, at(20, 20, 20, 20, 20, 20), new double[] {1, 1, 1, 1, 1, 1}));

    assertEquals(Verdict.REFUTED, verdicts(answer).get(1));
    assertTrue(
        text(answer, 1).contains("is 9.00 times that without (95 % interval ≥ 9.00), lower in 0"),
        text(answer, 1));
  }

  @Test
  void withoutAPairThereIsNoAnswer() {
    var answer = answer(List.of(), arm(Arms.NONE, at(2), new double[] {1}));

    assertEquals(List.of(), answer.statements());
    assertTrue(answer.lead().contains("cannot say"), answer.lead());
  }
}
