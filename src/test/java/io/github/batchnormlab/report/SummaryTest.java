package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.ArmResult;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SummaryTest {
  private static final double NAN = Double.NaN;
  private static final OptionalInt NEVER = OptionalInt.empty();

  private static Summary of(double[] train, double[] test) {
    return Summary.of(Studies.result(Arms.NONE, train, test, 0.03), 0);
  }

  private static OptionalInt at(int epoch) {
    return OptionalInt.of(epoch);
  }

  @Test
  void itHoldsTheFinalAndTheBestLosses() {
    var summary = of(new double[] {9, 3, 0.5, 0.4}, new double[] {8, 0.2, 0.7, 0.6});

    assertEquals(Arms.NONE, summary.arm());
    assertEquals(0.4, summary.finalTrainLoss());
    assertEquals(0.6, summary.finalTestLoss());
    assertEquals(0.2, summary.bestTestLoss());
    assertEquals(at(1), summary.bestTestEpoch());
    // 0.03 s for 4 epochs.
    assertEquals(7.5, summary.millisPerEpoch(), 1e-12);
  }

  @Test
  void aLossIsReachedAtTheFirstEpochAtOrBelowIt() {
    double[] losses = {9, 1, 3, 0.05, 0.011};

    assertEquals(at(1), ArmResult.firstAtOrBelow(losses, 1));
    assertEquals(at(3), ArmResult.firstAtOrBelow(losses, 0.1));
    assertEquals(at(3), ArmResult.firstAtOrBelow(losses, 0.05));
    assertEquals(at(4), ArmResult.firstAtOrBelow(losses, 0.02));
    assertEquals(NEVER, ArmResult.firstAtOrBelow(losses, 0.01));
  }

  @Test
  void ofEqualBestLossesTheFirstCounts() {
    assertEquals(at(1), of(new double[3], new double[] {2, 1, 1}).bestTestEpoch());
  }

  @Test
  void aDivergedTestLossIsNeverTheBest() {
    var summary = of(new double[] {1, NAN, NAN}, new double[] {NAN, 5, Double.NEGATIVE_INFINITY});

    assertEquals(NAN, summary.finalTrainLoss());
    assertEquals(5, summary.bestTestLoss());
    assertEquals(at(1), summary.bestTestEpoch());
  }

  @Test
  void withoutAFiniteTestLossThereIsNoBest() {
    var summary = of(new double[] {NAN}, new double[] {Double.POSITIVE_INFINITY});

    assertEquals(NAN, summary.bestTestLoss());
    assertEquals(NEVER, summary.bestTestEpoch());
    assertEquals(NEVER, ArmResult.firstAtOrBelow(new double[] {NAN}, 1));
  }

  @Test
  void itIsOfTheReplicaThatIsAskedFor() {
    double[][] losses = {{2, 1}, {4, 3}};
    var result = new ArmResult(Arms.NONE, losses, losses, 1);

    assertEquals(3, Summary.of(result, 1).finalTestLoss());
    assertThrows(IndexOutOfBoundsException.class, () -> Summary.of(result, 2));
  }
}
