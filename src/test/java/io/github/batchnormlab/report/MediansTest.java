package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.ArmResult;
import org.junit.jupiter.api.Test;

class MediansTest {
  private static final double NAN = Double.NaN;

  private static Medians of(double[][] train, double[][] test) {
    return Medians.of(new ArmResult(Arms.NONE, train, test, 1));
  }

  @Test
  void theyAreOverTheReplicas() {
    var medians =
        of(
            new double[][] {{9, 0.1, 4}, {9, 9, 1}, {9, 5, 0.05}, {9, 0.09, 2}},
            new double[][] {{8, 6, 7}, {8, 7, 1}, {2, 3, 5}, {8, 4, 4}});

    // Of 4, 1, 0.05, 2; of 7, 1, 5, 4; of 6, 1, 2, 4; of the epochs 1, 2, 0, 1.
    assertEquals(new Medians("1.500", "4.500", "3.000", "1", "1.5"), medians);
  }

  @Test
  void whatIsCensoredIsABound() {
    double[] never = {9, 9, 9};
    double[] soon = {9, 0.05, 9};

    assertEquals(
        "1", of(new double[][] {never, soon, soon}, new double[][] {never, soon, soon}).epochs());
    // Of 1 and at least 3 the median is at least 2.
    assertEquals(">= 2", of(new double[][] {never, soon}, new double[][] {never, soon}).epochs());
    assertEquals(">= 3", of(new double[][] {never}, new double[][] {never}).epochs());
  }

  @Test
  void whatNoReplicaHasIsADash() {
    double[][] diverged = {{9, NAN}, {9, NAN}};

    assertEquals(
        new Medians("-", "-", "-", "-", ">= 2"),
        of(diverged, new double[][] {{NAN, NAN}, {NAN, NAN}}));
  }
}
