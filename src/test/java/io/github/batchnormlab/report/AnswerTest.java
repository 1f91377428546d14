package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.report.Answer.Verdict;
import io.github.batchnormlab.run.Study;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Diagnostic;
import io.github.batchnormlab.study.Diagnostic.Quantity;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
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

  /** Two layers whose weights reach as far, and a function that is as steep. */
  private static List<Diagnostic> weights(Arm arm, double... largest) {
    return weights(arm, largest, largest, largest);
  }

  private static List<Diagnostic> weights(
      Arm arm, double[] first, double[] second, double[] steepness) {
    var diagnostics = new ArrayList<Diagnostic>();
    for (int replica = 0; replica < first.length; replica++) {
      for (String key : List.of("weight1", "weight2")) {
        double largest = (key.equals("weight1") ? first : second)[replica];
        diagnostics.add(new Diagnostic(arm, replica, 99, Quantity.WEIGHT_MIN, key, -largest));
        diagnostics.add(new Diagnostic(arm, replica, 99, Quantity.WEIGHT_MAX, key, largest));
      }
      diagnostics.add(
          new Diagnostic(arm, replica, 99, Quantity.JACOBIAN_NORM, "", steepness[replica]));
    }
    return diagnostics;
  }

  private static Answer answer(List<Diagnostic> diagnostics, ArmResult... arms) {
    return Answer.of(Studies.of(arms), new Insights(diagnostics), Thresholds.parse("1,0.1,0.05"));
  }

  private static List<Verdict> verdicts(Answer answer) {
    return answer.statements().stream()
        .map(Answer.Statement::verdict)
        .flatMap(Optional::stream)
        .toList();
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

    assertEquals(Collections.nCopies(4, Verdict.CONFIRMED), verdicts(answer));
    assertEquals(
        "The training loss with BN came down to 1 in 0.500 times the epochs that it took without"
            + " (99.2 % interval 0.500 to 0.500). Neither network came down to a training loss of 0.1 or"
            + " less.",
        text(answer, 0));
    assertEquals(
        "The test loss with BN came down to 1 in 0.500 times the epochs that it took without (99.2 %"
            + " interval 0.500 to 0.500). Neither network came down to a test loss of 0.1 or less.",
        text(answer, 1));
    assertEquals(
        "After 100 epochs the test loss with BN is 0.952 times that without (99.2 % interval 0.952 to"
            + " 0.952), lower in 8 of 8 replicas. The training loss is 0.952 times that without (99.2 %"
            + " interval 0.952 to 0.952).",
        text(answer, 2));
    assertEquals(
        "Before the step of epoch 99, with BN against without BN: the ranges of the effective"
            + " parameters of each layer, the largest less the smallest, normalization folded in; and"
            + " how steep the function is. Hardly changed: the weights of the first layer 1.00 times"
            + " (1.00 to 1.05); the weights of the second layer 1.00 times (1.00 to 1.05); the norm of"
            + " the Jacobian 1.00 times (1.00 to 1.05). That is at this epoch, where the losses of the"
            + " two are not the same.",
        text(answer, 3));
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

    assertEquals(Collections.nCopies(4, Verdict.REFUTED), verdicts(answer));
    assertTrue(
        text(answer, 0).contains("1 in 1.50 times the epochs that it took without"),
        text(answer, 0));
    // 2 · 6 / (2 · 2)
    assertTrue(
        text(answer, 3).contains("Changed: the weights of the first layer 3.00 times"),
        text(answer, 3));
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

    String told =
        "1 in 0.500 times the epochs that it took without (epoch 1 against 2); to 0.1 in 2.00 times"
            + " (epoch 6 against 3).";
    assertTrue(text(answer, 0).contains(told), text(answer, 0));
  }

  @Test
  void ofALossThatAllHadFromTheStartNothingIsSaid() {
    var arm = arm(Arms.BATCH_NORM, at(0, 0, 0), new double[] {0.5, 0.5, 0.5});
    var answer = answer(List.of(), arm, arm(Arms.NONE, at(0, 0, 0), new double[] {9, 9, 9}));

    String told = "Of a training loss of 1 nothing can be said: too few replicas reached it, or";
    assertTrue(text(answer, 0).startsWith(told), text(answer, 0));
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

    assertEquals(Collections.nCopies(4, Verdict.UNDECIDED), verdicts(answer));
  }

  /** With it the training loss is there in half of the epochs, the test loss in as many or more. */
  @Test
  void oneLossMayBeDecidedWhereTheOtherIsNot() {
    int[] forty = at(40, 40, 40, 40, 40, 40, 40, 40);
    ArmResult train = arm(Arms.BATCH_NORM, at(20, 21, 20, 19, 20, 22, 20, 20), ONES);
    ArmResult test = arm(Arms.BATCH_NORM, at(20, 60, 30, 50, 40, 41, 39, 70), ONES);
    var answer =
        answer(
            List.of(),
            new ArmResult(Arms.BATCH_NORM, train.trainLoss(), test.testLoss(), 1),
            arm(Arms.NONE, forty, ONES));

    assertEquals(
        List.of(
            "Batch normalization makes the training loss fall in fewer epochs.",
            "Does batch normalization make the test loss fall in fewer epochs?"),
        answer.statements().stream().limit(2).map(Answer.Statement::claim).toList());
    assertEquals(List.of(Verdict.CONFIRMED, Verdict.UNDECIDED), verdicts(answer).subList(0, 2));
  }

  @Test
  void oneRunShowsItsFiguresAndDecidesNothing() {
    var weights = weights(Arms.BATCH_NORM, 6);
    weights.addAll(weights(Arms.NONE, 2));
    var answer =
        answer(
            weights,
            arm(Arms.BATCH_NORM, at(20), new double[] {0.4}),
            arm(Arms.NONE, at(40), new double[] {0.8}));

    assertEquals(
        "This is what one run, that of seed 0, showed; it decides nothing, because another seed may"
            + " show the opposite.",
        answer.lead());
    assertEquals(List.of(), verdicts(answer));
    assertEquals(
        List.of(
            "Does batch normalization make the training loss fall in fewer epochs?",
            "Does batch normalization make the test loss fall in fewer epochs?",
            "Is the final loss hardly affected?",
            "Does the network’s complexity, the range of its weights, hardly change?"),
        answer.statements().stream().map(Answer.Statement::claim).toList());
    assertEquals(
        "The training loss with BN came down to 1 in 0.500 times the epochs that it took without"
            + " (epoch 20 against 40). Neither network came down to a training loss of 0.1 or less.",
        text(answer, 0));
    assertEquals(
        "The test loss with BN came down to 1 in 0.500 times the epochs that it took without"
            + " (epoch 20 against 40). Neither network came down to a test loss of 0.1 or less.",
        text(answer, 1));
    assertEquals(
        "After 100 epochs the test loss with BN is 0.500 times that without (0.4000 against 0.8000)."
            + " The training loss is 0.500 times that without (0.4000 against 0.8000).",
        text(answer, 2));
    // From -6 to 6 and from -2 to 2.
    assertTrue(
        text(answer, 3)
            .contains(
                "The weights of the first layer 3.00 times; the weights of the second layer 3.00"
                    + " times; the norm of the Jacobian 3.00 times."),
        text(answer, 3));
  }

  @Test
  void whatOneRunDidNotReachIsABound() {
    var answer =
        answer(
            List.of(),
            arm(Arms.BATCH_NORM, at(20), new double[] {0.4}),
            arm(Arms.NONE, at(100), new double[] {2}));

    assertTrue(
        text(answer, 0)
            .contains(
                "1 in ≤ 0.200 times the epochs that it took without (epoch 20 against ≥ 100)"),
        text(answer, 0));
    assertEquals("The weights were not recorded in this run.", text(answer, 3));
  }

  /** The layer that hardly leaves its start sets the overall range, whatever the other does. */
  @Test
  void oneLayerThatChangesRefutesTheComplexity() {
    var weights = weights(Arms.BATCH_NORM, times(0.6, ONES), times(5, ONES), times(0.9, ONES));
    weights.addAll(weights(Arms.NONE, ONES, times(5, ONES), ONES));
    var answer =
        answer(
            weights,
            arm(Arms.BATCH_NORM, at(20, 20, 20, 20, 20, 20, 20, 20), ONES),
            arm(Arms.NONE, at(40, 40, 40, 40, 40, 40, 40, 40), ONES));

    assertEquals(Verdict.REFUTED, verdicts(answer).get(3));
    assertTrue(
        text(answer, 3)
            .contains(
                "Changed: the weights of the first layer 0.600 times (0.600 to 0.600)."
                    + " Hardly changed: the weights of the second layer 1.00 times"),
        text(answer, 3));
  }

  /**
   * With an ε of 1e300 the first layer's effective weights are about 1e-150: a constant network.
   */
  @Test
  void aDegenerateNetworkRefutesTheComplexity() throws Exception {
    StudyResult degenerate =
        Study.run(
            Settings.defaults()
                .with("epsilon", 1e300)
                .with("epochs", 30)
                .with("hidden", 12)
                .with("train-size", 60)
                .with("test-size", 20)
                .with("replicas", 6));
    Answer answer =
        Answer.of(
            degenerate, new Insights(degenerate.diagnostics()), Thresholds.of(degenerate.arms()));

    assertEquals(Verdict.REFUTED, verdicts(answer).get(3));
    String changed = text(answer, 3).replaceAll("(?s).*(Changed: [^.]*(\\.\\d[^.]*)*).*", "$1");
    assertTrue(changed.contains("the weights of the first layer"), text(answer, 3));
    assertTrue(changed.contains("the norm of the Jacobian"), text(answer, 3));
  }

  private static ArmResult falling(Arm arm, double perEpoch) {
    double[] losses =
        IntStream.range(0, 100).mapToDouble(epoch -> Math.pow(1 - perEpoch, epoch)).toArray();
    double[][] replicas = IntStream.range(0, 8).mapToObj(i -> losses).toArray(double[][]::new);
    return new ArmResult(arm, replicas, replicas, 1);
  }

  @Test
  void aLossThatStillFallsIsNoStatementOnTheEnd() {
    // By 10 % in each epoch: five epochs later by 1 - 0.9^5 = 41 %.
    var answer = answer(List.of(), falling(Arms.BATCH_NORM, 0.1), falling(Arms.NONE, 0.001));

    assertEquals(Verdict.UNDECIDED, verdicts(answer).get(2));
    assertTrue(
        text(answer, 2)
            .endsWith(
                "Still falling: in the second half of the last tenth of the epochs the median test"
                    + " loss lies lower than in its first half, by 41 % with BN and by 0.5 % without"
                    + " BN; more than 2.5 % counts as falling. So this is no statement on the end."),
        text(answer, 2));
    var flat = answer(List.of(), falling(Arms.BATCH_NORM, 0.002), falling(Arms.NONE, 0.002));
    assertEquals(Verdict.CONFIRMED, verdicts(flat).get(2));
  }

  @Test
  void fewReplicasDecideNothing() {
    var answer =
        answer(
            List.of(),
            arm(Arms.BATCH_NORM, at(20, 20, 20, 20, 20), new double[] {1, 1, 1, 1, 1}),
            arm(Arms.NONE, at(40, 40, 40, 40, 40), new double[] {5, 5, 5, 5, 5}));

    assertEquals(Collections.nCopies(4, Verdict.UNDECIDED), verdicts(answer));
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

    assertTrue(text(answer, 2).contains("cannot be compared"), text(answer, 2));
  }

  @Test
  void trainingThatFailsRefutesThatTheLossIsHardlyAffected() {
    double nan = Double.NaN;
    var answer =
        answer(
            List.of(),
            arm(Arms.BATCH_NORM, at(20, 20, 20, 20, 20, 20), new double[] {9, nan, 9, 9, nan, 9}),
            arm(Arms.NONE, at(20, 20, 20, 20, 20, 20), new double[] {1, 1, 1, 1, 1, 1}));

    assertEquals(Verdict.REFUTED, verdicts(answer).get(2));
    assertTrue(
        text(answer, 2).contains("is 9.00 times that without (96.9 % interval ≥ 9.00), lower in 0"),
        text(answer, 2));
  }

  @Test
  void withoutAPairThereIsNoAnswer() {
    var answer = answer(List.of(), arm(Arms.NONE, at(2), new double[] {1}));

    assertEquals(List.of(), answer.statements());
    assertTrue(answer.lead().contains("cannot say"), answer.lead());
  }
}
