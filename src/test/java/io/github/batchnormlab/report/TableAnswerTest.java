package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.StudyResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableAnswerTest {
  private static final double[] TWOS = {2, 2, 2, 2, 2, 2};
  private static final double[] ONES = {1, 1, 1, 1, 1, 1};

  private static Answer answer(ArmResult... arms) {
    StudyResult result = Labels.of(TableStudies.regression(arms));
    return TableAnswer.of(
        result, Metrics.told(result.data().orElseThrow()), Thresholds.parse("7,2"));
  }

  private static String text(Answer answer, int statement) {
    return String.join("\n", answer.statements().get(statement).sentences()).replace('\u00a0', ' ');
  }

  @Test
  void anArmIsHeldAgainstTheOneWithoutNormalization() {
    var answer =
        answer(
            TableStudies.arm(Arms.BATCH_NORM, 5, ONES),
            TableStudies.arm(Arms.NONE, 10, TWOS),
            TableStudies.arm(Arms.LAYER_NORM, 10, TWOS));

    assertEquals(
        List.of(
            "batch-norm (with BN) against none (without normalization)",
            "layer-norm (with LN) against none (without normalization)"),
        answer.statements().stream().map(Answer.Statement::claim).toList());
    assertEquals(
        """
        Certainly better: lower final test loss, lower best test loss, higher final R² of price, \
        lower final RMSE of price. Undecided: epochs to reach a training loss, epochs to reach a test loss.
        After 20 epochs the test loss with BN is 0.500 times that without normalization (96.9 % interval 0.500 \
        to 0.500), lower in 6 of 6 replicas. The best test loss of all epochs is 0.500 times that \
        without normalization (96.9 % interval 0.500 to 0.500).
        The final R² of price with BN minus that without normalization is 0.100 (96.9 % interval 0.100 to \
        0.100), higher in 6 of 6. The final RMSE of price with BN is 0.500 times that without normalization \
        (96.9 % interval 0.500 to 0.500).
        The training loss with BN came down to 7 in 1.00 times the epochs that it took without normalization \
        (96.9 % interval 1.00 to 1.00); to 2 in 0.500 times (0.500 to 0.500).
        The test loss with BN came down to 7 in 1.00 times the epochs that it took without normalization \
        (96.9 % interval 1.00 to 1.00); to 2 in 0.500 times (0.500 to 0.500).
        Still falling\
        """,
        text(answer, 0).replaceFirst("Still falling(.|\n)*", "Still falling"));
    assertTrue(
        text(answer, 1)
            .startsWith(
                "Undecided: epochs to reach a training loss, epochs to reach a test loss, final test"
                    + " loss, best test loss, final R² of price, final RMSE of price.\n"),
        text(answer, 1));
  }

  /** The test loss takes as many epochs, the training loss half of them. */
  @Test
  void oneLossMayBeDecidedWhereTheOtherIsNot() {
    ArmResult train = TableStudies.arm(Arms.BATCH_NORM, 5, ONES);
    ArmResult without = TableStudies.arm(Arms.NONE, 10, ONES);
    StudyResult result =
        TableStudies.regression(
            new ArmResult(
                Arms.BATCH_NORM,
                train.trainLoss(),
                without.testLoss(),
                train.epochs(),
                1,
                without.metrics()),
            without);
    var answer = TableAnswer.of(result, List.of(), Thresholds.parse("2"));

    assertTrue(
        text(answer, 0)
            .startsWith(
                "Certainly better: fewer epochs to reach a training loss. Undecided: epochs to reach"
                    + " a test loss, final test loss, best test loss.\n"),
        text(answer, 0));
  }

  @Test
  void withoutSuchAnArmTheFirstIsTheOneToHoldAgainst() {
    var answer =
        answer(
            TableStudies.arm(Arms.RMS_NORM, 5, ONES), TableStudies.arm(Arms.LAYER_NORM, 5, TWOS));

    assertEquals(
        List.of("layer-norm (with LN) against rms-norm (with RMS norm)"),
        answer.statements().stream().map(Answer.Statement::claim).toList());
    assertTrue(
        text(answer, 0)
            .startsWith(
                "Certainly worse: higher final test loss, higher best test loss, lower final R² of"
                    + " price, higher final RMSE of price. Undecided: epochs to reach a training loss,"
                    + " epochs to reach a test loss.\n"),
        text(answer, 0));
    assertTrue(answer.lead().contains("against that with RMS norm"), answer.lead());
  }

  @Test
  void oneReplicaDecidesNothingAndShowsItsNumbers() {
    var answer =
        answer(TableStudies.arm(Arms.BATCH_NORM, 5, 1), TableStudies.arm(Arms.NONE, 10, 2));

    assertTrue(answer.lead().contains("it decides nothing"), answer.lead());
    assertFalse(text(answer, 0).contains("Certainly"), text(answer, 0));
    assertFalse(text(answer, 0).contains("interval"), text(answer, 0));
    assertTrue(
        text(answer, 0).contains("without BN is 0.100 (0.9000 against 0.8000)."), text(answer, 0));
  }

  @Test
  void fewReplicasHaveNoInterval() {
    var answer =
        answer(
            TableStudies.arm(Arms.BATCH_NORM, 5, 1, 1, 1, 1, 1),
            TableStudies.arm(Arms.NONE, 10, 2, 2, 2, 2, 2));

    assertTrue(answer.lead().contains("From 6 replicas on, there are intervals"), answer.lead());
    assertFalse(text(answer, 0).contains("interval"), text(answer, 0));
    assertFalse(text(answer, 0).contains("Certainly"), text(answer, 0));
  }

  @Test
  void trainingThatFailedIsWorseInEverything() {
    double nan = Double.NaN;
    var answer =
        answer(
            TableStudies.arm(Arms.BATCH_NORM, 5, nan, nan, nan, nan, nan, nan),
            TableStudies.arm(Arms.NONE, 5, TWOS));

    assertTrue(
        text(answer, 0)
            .startsWith(
                "Certainly worse: higher final test loss, lower final R² of price, higher final"
                    + " RMSE of price. Undecided: epochs to reach a training loss, epochs to reach a"
                    + " test loss, best test loss.\n"),
        text(answer, 0));
  }

  @Test
  void ofOneNetworkNothingIsSaid() {
    var answer = answer(TableStudies.arm(Arms.NONE, 5, TWOS));

    assertEquals(List.of(), answer.statements());
    assertTrue(answer.lead().contains("cannot say"), answer.lead());
  }
}
