package io.github.batchnormlab.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.model.TrainedNetwork;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Precision;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import io.github.batchnormlab.study.StudyResult;
import io.github.batchnormlab.train.DeviceData;
import io.github.batchnormlab.train.Parts;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StudyTest {
  @TempDir private Path folder;

  private static Settings small() {
    return Settings.defaults()
        .with("epochs", 20)
        .with("hidden", 16)
        .with("train-size", 50)
        .with("test-size", 20);
  }

  private StudyResult run(Settings settings) throws Exception {
    return Study.run(settings);
  }

  @ParameterizedTest
  @EnumSource(Arms.class)
  void everyArmLearns(Arm arm) throws Exception {
    ArmResult result = run(small().with("arms", List.of(arm)).with("epochs", 300)).arms().get(0);
    double[] losses = result.trainLoss()[0];
    assertTrue(losses[299] < losses[0] / 2, losses[0] + " -> " + losses[299]);
    assertTrue(Arrays.stream(result.testLoss()[0]).allMatch(Double::isFinite));
  }

  /** The arms' first training losses differ by their normalization alone. */
  @Test
  void djlsLayerStartsAsThePopulationArm() throws Exception {
    List<ArmResult> arms =
        run(small()
                .with("arms", List.of(Arms.BATCH_NORM_POPULATION, Arms.DJL_BATCH_NORM))
                .with("epochs", 1))
            .arms();
    double ours = arms.get(0).trainLoss()[0][0];
    assertEquals(ours, arms.get(1).trainLoss()[0][0], 1e-9 * ours);
  }

  @Test
  void theVarianceOfTheTwoArmsDividesByDifferentNumbers() throws Exception {
    List<ArmResult> arms =
        run(small()
                .with("arms", List.of(Arms.BATCH_NORM, Arms.BATCH_NORM_POPULATION))
                .with("epochs", 1))
            .arms();
    assertNotEquals(arms.get(0).trainLoss()[0][0], arms.get(1).trainLoss()[0][0], 1e-3);
  }

  @Test
  void twoRunsGiveTheSameNumbers() throws Exception {
    Settings settings = small();
    List<ArmResult> first = run(settings).arms();
    List<ArmResult> second = run(settings).arms();
    for (int i = 0; i < first.size(); i++) {
      assertArrayEquals(first.get(i).trainLoss(), second.get(i).trainLoss());
      assertArrayEquals(first.get(i).testLoss(), second.get(i).testLoss());
    }
  }

  @Test
  void anArmsNumbersDoNotDependOnTheOtherArms() throws Exception {
    double[][] together = run(small()).arms().get(1).trainLoss();
    double[][] alone = run(small().with("arms", List.of(Arms.NONE))).arms().get(0).trainLoss();
    assertArrayEquals(alone, together);
  }

  @Test
  void anotherSeedGivesOtherDataAndWeights() throws Exception {
    double first = run(small()).arms().get(0).trainLoss()[0][0];
    double second = run(small().with("seed", 1)).arms().get(0).trainLoss()[0][0];
    assertNotEquals(first, second);
  }

  @Test
  void float32FollowsFloat64() throws Exception {
    double[] exact = run(small()).arms().get(0).trainLoss()[0];
    double[] rounded =
        run(small().with("precision", Precision.FLOAT32)).arms().get(0).trainLoss()[0];
    assertArrayEquals(exact, rounded, 1e-3 * exact[0]);
    assertNotEquals(exact[19], rounded[19]);
  }

  @Test
  void withoutBiasTheFirstLayerHasNone() throws Exception {
    double with = run(small().with("arms", List.of(Arms.NONE))).arms().get(0).trainLoss()[0][0];
    double without =
        run(small().with("arms", List.of(Arms.NONE)).with("bias", false))
            .arms()
            .get(0)
            .trainLoss()[0][0];
    assertNotEquals(with, without);
  }

  private static StudyResult saved(Settings settings, Path run) throws Exception {
    try (RunFolder into = RunFolder.create(run)) {
      return Study.run(settings, into, Checkpoints.none(), "", StudyListener.NONE);
    }
  }

  @ParameterizedTest
  @EnumSource(Arms.class)
  void aSavedModelGivesTheLastTestLoss(Arm arm) throws Exception {
    Settings settings = small().with("arms", List.of(arm));
    ArmResult result = saved(settings, folder.resolve("run")).arms().get(0);
    Path folderOfModel = folder.resolve("run/models").resolve(arm.id());
    try (TrainedNetwork network = TrainedNetwork.load(folderOfModel);
        DeviceData data = Parts.data(settings, new Replicas(0, 1))) {
      double[] truth = data.testY().toDoubleArray();
      double[] said = network.predict(data.testX().toDoubleArray(), truth.length / 3);
      double loss = 0;
      for (int i = 0; i < truth.length; i++) {
        loss += (said[i] - truth[i]) * (said[i] - truth[i]);
      }
      assertEquals(result.testLoss()[0][19], 3 * loss / truth.length, 1e-12);
    }
  }

  @ParameterizedTest
  @EnumSource(Arms.class)
  void aReplicaIsTheRunOfItsSeedAlone(Arm arm) throws Exception {
    Settings three = small().with("arms", List.of(arm)).with("seed", 5).with("replicas", 3);
    ArmResult together = run(three).arms().get(0);
    assertEquals(3, together.trainLoss().length);
    for (int replica = 0; replica < 3; replica++) {
      Settings one = small().with("arms", List.of(arm)).with("seed", 5 + replica);
      ArmResult alone = run(one).arms().get(0);
      for (int epoch = 0; epoch < 20; epoch++) {
        assertEquals(1, together.trainLoss()[replica][epoch] / alone.trainLoss()[0][epoch], 1e-10);
        assertEquals(1, together.testLoss()[replica][epoch] / alone.testLoss()[0][epoch], 1e-7);
      }
    }
  }

  /** 2,500 points go in three pieces; the definition takes them in one. */
  @Test
  void aBatchInPiecesIsTheFullBatch() throws Exception {
    List<ArmResult> arms =
        run(small()
                .with("arms", List.of(Arms.BATCH_NORM, Arms.BATCH_NORM_PLAIN))
                .with("train-size", 2_500)
                .with("test-size", 1_300))
            .arms();
    for (int epoch = 0; epoch < 20; epoch++) {
      assertEquals(1, arms.get(0).trainLoss()[0][epoch] / arms.get(1).trainLoss()[0][epoch], 1e-10);
      assertEquals(1, arms.get(0).testLoss()[0][epoch] / arms.get(1).testLoss()[0][epoch], 1e-5);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Arms.class,
      names = {"BATCH_NORM", "NONE"})
  void theFirstFailureStopsAllArms(Arm failing) {
    assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "One core trains arm by arm.");
    AtomicInteger lastEpoch = new AtomicInteger();
    StudyListener listener =
        new StudyListener() {
          @Override
          public void epochEnded(Arm arm, Replicas replicas, int epoch, double train, double test) {
            if (arm == failing && epoch == 5) {
              throw new IllegalStateException("on purpose");
            }
            lastEpoch.accumulateAndGet(epoch, Math::max);
          }
        };
    Settings settings = small().with("epochs", 20_000).with("threads", 2);
    var error = assertThrows(IllegalStateException.class, () -> Study.run(settings, listener));
    assertEquals("on purpose", error.getMessage());
    assertTrue(lastEpoch.get() < 19_999, "the other arm has stopped");
  }
}
