package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.report.Ranking.Standing;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.StudyResult;
import io.github.batchnormlab.study.Task;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RankingTest {
  private static final double NAN = Double.NaN;
  private static final Metric R2 = Metric.of(Task.REGRESSION, List.of("price")).get(0);

  private static ArmResult arm(Arms arm, double... last) {
    return TableStudies.arm(arm, 5, last);
  }

  private static List<String> standings(Ranking ranking) {
    return ranking.places().stream()
        .map(place -> place.arm().arm().id() + ": " + place.standing())
        .toList();
  }

  @Test
  void theOrderIsThatOfTheMediansAndTheIntervalSaysWhatIsCertain() {
    List<ArmResult> arms =
        List.of(
            arm(Arms.NONE, 4, 4, 4, 4, 4, 4),
            arm(Arms.LAYER_NORM, 1, 9, 1.1, 1.1, 1.1, 1.1),
            arm(Arms.BATCH_NORM, 1, 1, 1, 1, 1, 1));
    Ranking ranking = Ranking.of(Quantity.FINAL_TEST_LOSS, arms);

    assertEquals(
        List.of(
            "batch-norm: best median",
            "layer-norm: cannot be told apart from the best",
            "none: worse than the best"),
        standings(ranking));
    assertEquals(
        "“batch-norm” has the lowest final test loss; “layer-norm” cannot be told apart from it;"
            + " “none” is worse.",
        ranking.sentence());
    assertEquals(new Bounded(1, 9), ranking.places().get(1).interval());
    // The same arms by what is better if it is larger.
    assertEquals(
        "“batch-norm” has the highest final R² of price; “layer-norm” cannot be told apart from"
            + " it; “none” is worse.",
        Ranking.of(Quantity.finalMetric(R2), arms).sentence());
  }

  /** Of eleven seeds ten favour one arm, and the eleventh decides the medians. */
  @Test
  void anArmThatIsBetterSeedBySeedIsSaidToBe() {
    Ranking ranking =
        Ranking.of(
            Quantity.FINAL_TEST_LOSS,
            List.of(
                arm(Arms.BATCH_NORM, 0.5, 1.5, 2.5, 3.5, 4.5, 6.2, 6.5, 7.5, 8.5, 9.5, 10.5),
                arm(Arms.NONE, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)));

    assertEquals(
        List.of("none: best median", "batch-norm: better seed by seed"), standings(ranking));
    assertEquals(
        "“none” has the lowest final test loss; “batch-norm” is better seed by seed.",
        ranking.sentence());
  }

  @Test
  void equalMediansLeadTogether() {
    Ranking ranking =
        Ranking.of(
            Quantity.FINAL_TEST_LOSS,
            List.of(
                arm(Arms.NONE, 1, 1, 1, 1, 1, 1),
                arm(Arms.BATCH_NORM, 1, 1, 1, 1, 1, 1),
                arm(Arms.LAYER_NORM, 2, 2, 2, 2, 2, 2)));

    assertEquals(
        "“none” and “batch-norm” have the lowest final test loss; “layer-norm” is worse.",
        ranking.sentence());
    assertEquals(
        "All have the same median final test loss.",
        Ranking.of(
                Quantity.FINAL_TEST_LOSS,
                List.of(arm(Arms.NONE, 1, 2, 3), arm(Arms.BATCH_NORM, 3, 2, 1)))
            .sentence());
  }

  @Test
  void aTrainingThatFailedCountsAsWorst() {
    List<ArmResult> arms =
        List.of(
            arm(Arms.BATCH_NORM, NAN, NAN, NAN, NAN, 1, 1, 1), arm(Arms.NONE, 4, 4, 4, 4, 4, 4, 4));

    for (Quantity quantity : List.of(Quantity.FINAL_TEST_LOSS, Quantity.finalMetric(R2))) {
      Ranking ranking = Ranking.of(quantity, arms);
      assertEquals(
          List.of("none: best median", "batch-norm: cannot be told apart from the best"),
          standings(ranking));
      assertEquals(
          quantity.largerIsBetter() ? Bounded.LEAST : Bounded.INFINITE,
          ranking.places().get(1).median());
    }
  }

  @Test
  void fewReplicasTellNothingApart() {
    Ranking ranking =
        Ranking.of(
            Quantity.FINAL_TEST_LOSS,
            List.of(arm(Arms.BATCH_NORM, 1, 1, 1, 1, 1), arm(Arms.NONE, 9, 9, 9, 9, 9)));

    assertEquals(
        "“batch-norm” has the lowest final test loss; “none” cannot be told apart from it.",
        ranking.sentence());
    assertEquals(Bounded.NOT_AVAILABLE, ranking.places().get(0).interval());
  }

  /** R² of a single test row is not a number, in a training that did not fail. */
  @Test
  void whatNoArmHasIsLeftOutAndWhatOneLacksComesLast() {
    ArmResult with = arm(Arms.BATCH_NORM, 1, 1, 1, 1, 1, 1);
    double[][] none = new double[6][20];
    Arrays.stream(none).forEach(row -> Arrays.fill(row, NAN));
    ArmResult without =
        new ArmResult(
            Arms.NONE, with.trainLoss(), with.testLoss(), with.epochs(), 1, Map.of(R2, none));
    Ranking ranking = Ranking.of(Quantity.finalMetric(R2), List.of(without, with));

    assertEquals(List.of("batch-norm: best median", "none: not available"), standings(ranking));
    assertEquals(
        "“batch-norm” has the highest final R² of price; “none” has no value.", ranking.sentence());
    StudyResult result = TableStudies.regression(without);
    assertTrue(!Ranking.of(Quantity.finalMetric(R2), result.arms()).saysSomething());
  }

  @Test
  void lossesOfZeroHaveAnOrderAndNoRatio() {
    Ranking ranking =
        Ranking.of(
            Quantity.FINAL_TEST_LOSS,
            List.of(
                arm(Arms.NONE, 1, 1, 1, 1, 1, 1),
                arm(Arms.BATCH_NORM, 0, 0, 0, 0, 0, 0),
                arm(Arms.LAYER_NORM, 0, 0, 0, 0, 0, 0)));

    assertEquals(
        "“batch-norm” and “layer-norm” have the lowest final test loss; “none” is worse.",
        ranking.sentence());
    assertEquals(Standing.SAME, ranking.places().get(1).standing());
  }

  @Test
  void aStudyIsOrderedByLossesMetricsAndEpochs() {
    StudyResult result =
        TableStudies.regression(
            arm(Arms.BATCH_NORM, 1, 1, 1, 1, 1, 1),
            TableStudies.arm(Arms.NONE, 9, 2, 2, 2, 2, 2, 2));
    List<Ranking> rankings =
        Ranking.of(
            result, Metrics.told(result.data().orElseThrow()), Thresholds.parse("7,2,1,0.5"));

    assertEquals(
        List.of(
            "Final test loss",
            "Best test loss",
            "Final R² of price",
            "Final RMSE of price",
            "Epochs to a training loss of 2"),
        rankings.stream().map(ranking -> ranking.quantity().name()).toList());
    // The epochs 5 and 9.
    assertEquals(
        "“batch-norm” has the fewest epochs to a training loss of 2; “none” is worse.",
        rankings.get(4).sentence());
    assertEquals(1.8, rankings.get(4).places().get(1).against().estimate().low(), 1e-9);
    assertEquals(
        List.of("batch-norm (with BN)", "none (without BN)"),
        Ranking.table(rankings, 6).groups().get(0).rows().stream().map(Tables.Row::head).toList());
  }
}
