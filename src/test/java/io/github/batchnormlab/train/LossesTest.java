package io.github.batchnormlab.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Provenance;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import io.github.batchnormlab.study.Versions;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LossesTest {
  private final Losses losses = new Losses(3, 4);

  private int[] add(double first, double second, double third) {
    double[] errors = {10 * first, 10 * second, 10 * third};
    return losses.add(errors, 10, new double[] {5, 5, 5}, 5);
  }

  @Test
  void aReplicaEndsWithTheLossThatIsNotFiniteAndTheOthersGoOn() {
    assertArrayEquals(new int[0], add(3, 3, 3));
    assertArrayEquals(new int[] {1}, add(2, Double.NaN, 2));
    assertArrayEquals(new int[] {2}, add(1, 1, Double.POSITIVE_INFINITY));
    assertTrue(losses.isTraining(0));
    assertFalse(losses.isTraining(1));
    assertFalse(losses.isEnd());
    add(0.5, 0.5, 0.5);
    assertTrue(losses.isEnd());

    ArmResult result = losses.result(Arms.NONE, 1);
    assertArrayEquals(new int[] {4, 2, 3}, result.epochs());
    assertEquals(OptionalInt.empty(), result.stopped(0));
    assertEquals(OptionalInt.of(1), result.stopped(1));
    assertEquals(OptionalInt.of(2), result.stopped(2));
    assertArrayEquals(new double[] {3, 2, 1, 0.5}, result.trainLoss()[0]);
    assertArrayEquals(new double[] {3, Double.NaN, Double.NaN, Double.NaN}, result.trainLoss()[1]);
    assertArrayEquals(
        new double[] {3, 2, Double.POSITIVE_INFINITY, Double.NaN}, result.trainLoss()[2]);
    assertArrayEquals(new double[] {1, 1, 1, Double.NaN}, result.testLoss()[2]);
  }

  @Test
  void theMedianIsOfTheReplicasWhoseLossIsFinite() {
    add(3, 9, 4);
    add(2, Double.POSITIVE_INFINITY, 4);
    add(Double.NaN, 1, Double.NaN);

    assertEquals(4, losses.medianTrainLoss(0));
    assertEquals(3, losses.medianTrainLoss(1));
    assertEquals(Double.NaN, losses.medianTrainLoss(2));
    assertEquals(1, losses.medianTestLoss(1));
  }

  @Test
  void itEndsWhenNoReplicaIsLeft() {
    add(Double.NaN, 1, Double.NaN);
    assertFalse(losses.isEnd());
    add(1, Double.NaN, 1);
    assertTrue(losses.isEnd());
    assertEquals(2, losses.epoch());
  }

  @Test
  void whatIsRestoredIsWhatWas() {
    add(3, 3, 3);
    add(2, Double.NaN, 2);
    add(1, 1, 1);
    Losses restored = new Losses(3, 9);
    restored.restore(losses.train(), losses.test(), losses.metrics(), losses.epoch());
    assertArrayEquals(new int[] {3, 2, 3}, restored.result(Arms.NONE, 1).epochs());
    assertTrue(restored.isTraining(0));
    assertFalse(restored.isTraining(1));
    assertEquals(3, restored.epoch());
  }

  @Test
  void anInterruptedStudyComparesWhatAllArmsHave() {
    Settings settings = Settings.defaults().with("epochs", 4).with("replicas", 2);
    double nan = Double.NaN;
    double[][] full = {{4, 3, 2, 1}, {4, 3, nan, nan}};
    double[][] half = {{5, 4, 3, nan}, {nan, nan, nan, nan}};
    ArmResult first = new ArmResult(Arms.BATCH_NORM, full, full, new int[] {4, 2}, 1);
    ArmResult second = new ArmResult(Arms.NONE, half, half, new int[] {3, 0}, 1);
    StudyResult study =
        new StudyResult(
            settings,
            List.of(first, second),
            List.of(),
            List.of(),
            new Provenance(
                new Versions("", "", "", ""), "", "", "cpu", 1, "", Instant.EPOCH, 1, List.of()));
    StudyResult shown = study.comparable();
    assertArrayEquals(new double[][] {{4, 3, 2}}, shown.arms().get(0).trainLoss());
    assertArrayEquals(new double[][] {{5, 4, 3}}, shown.arms().get(1).trainLoss());
    assertEquals(
        List.of("This run was interrupted. Shown are the first 3 of 4 epochs of 1 of 2 replicas."),
        study.notes());
    assertEquals(study.notes(), shown.notes());
  }
}
