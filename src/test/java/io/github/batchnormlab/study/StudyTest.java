package io.github.batchnormlab.study;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.training.ParameterStore;
import io.github.batchnormlab.nn.SumOfSquaredErrors;
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

  private static Settings.Builder small() {
    return Settings.builder().optEpochs(20).optHidden(16).optTrainSize(50).optTestSize(20);
  }

  private StudyResult run(Settings settings) throws Exception {
    return Study.run(settings, null, "", StudyListener.NONE);
  }

  @ParameterizedTest
  @EnumSource(Arm.class)
  void everyArmLearns(Arm arm) throws Exception {
    ArmResult result = run(small().optArms(arm).optEpochs(300).build()).arms().get(0);
    double[] losses = result.trainLoss()[0];
    assertTrue(losses[299] < losses[0] / 2, losses[0] + " -> " + losses[299]);
    assertTrue(Arrays.stream(result.testLoss()[0]).allMatch(Double::isFinite));
  }

  /** The arms' first training losses differ by their normalization alone. */
  @Test
  void djlsLayerStartsAsThePopulationArm() throws Exception {
    List<ArmResult> arms =
        run(small().optArms(Arm.BATCH_NORM_POPULATION, Arm.DJL_BATCH_NORM).optEpochs(1).build())
            .arms();
    double ours = arms.get(0).trainLoss()[0][0];
    assertEquals(ours, arms.get(1).trainLoss()[0][0], 1e-9 * ours);
  }

  @Test
  void theVarianceOfTheTwoArmsDividesByDifferentNumbers() throws Exception {
    List<ArmResult> arms =
        run(small().optArms(Arm.BATCH_NORM, Arm.BATCH_NORM_POPULATION).optEpochs(1).build()).arms();
    assertNotEquals(arms.get(0).trainLoss()[0][0], arms.get(1).trainLoss()[0][0], 1e-3);
  }

  @Test
  void twoRunsGiveTheSameNumbers() throws Exception {
    Settings settings = small().build();
    List<ArmResult> first = run(settings).arms();
    List<ArmResult> second = run(settings).arms();
    for (int i = 0; i < first.size(); i++) {
      assertArrayEquals(first.get(i).trainLoss(), second.get(i).trainLoss());
      assertArrayEquals(first.get(i).testLoss(), second.get(i).testLoss());
    }
  }

  @Test
  void anArmsNumbersDoNotDependOnTheOtherArms() throws Exception {
    double[][] together = run(small().build()).arms().get(1).trainLoss();
    double[][] alone = run(small().optArms(Arm.NONE).build()).arms().get(0).trainLoss();
    assertArrayEquals(alone, together);
  }

  @Test
  void anotherSeedGivesOtherDataAndWeights() throws Exception {
    double first = run(small().build()).arms().get(0).trainLoss()[0][0];
    double second = run(small().optSeed(1).build()).arms().get(0).trainLoss()[0][0];
    assertNotEquals(first, second);
  }

  @Test
  void float32FollowsFloat64() throws Exception {
    double[] exact = run(small().build()).arms().get(0).trainLoss()[0];
    double[] rounded =
        run(small().optPrecision(Precision.FLOAT32).build()).arms().get(0).trainLoss()[0];
    assertArrayEquals(exact, rounded, 1e-3 * exact[0]);
    assertNotEquals(exact[19], rounded[19]);
  }

  @Test
  void withoutBiasTheFirstLayerHasNone() throws Exception {
    double with = run(small().optArms(Arm.NONE).build()).arms().get(0).trainLoss()[0][0];
    double without =
        run(small().optArms(Arm.NONE).optBias(false).build()).arms().get(0).trainLoss()[0][0];
    assertNotEquals(with, without);
  }

  @ParameterizedTest
  @EnumSource(Arm.class)
  void aSavedModelGivesTheLastTestLoss(Arm arm) throws Exception {
    Settings settings = small().optArms(arm).build();
    ArmResult result = Study.run(settings, folder, "", StudyListener.NONE).arms().get(0);
    try (Model model = Model.newInstance(arm.id(), "PyTorch");
        StudyData data = StudyData.draw(settings, new Group(0, 1), Device.cpu())) {
      model.setBlock(Network.create(arm, settings));
      model.load(folder.resolve(arm.id()), arm.id());
      NDList predictions =
          model
              .getBlock()
              .forward(
                  new ParameterStore(model.getNDManager(), false),
                  new NDList(data.testPoints()),
                  false);
      double loss =
          new SumOfSquaredErrors()
              .evaluate(new NDList(data.testTargets()), predictions)
              .getDouble();
      assertEquals(result.testLoss()[0][19], loss / settings.testSize(), 1e-12);
    }
  }

  /** Replica r is the run that the seed "seed + r" alone gives. */
  @ParameterizedTest
  @EnumSource(Arm.class)
  void aReplicaIsTheRunOfItsSeedAlone(Arm arm) throws Exception {
    Settings three = small().optArms(arm).optSeed(5).optReplicas(3).build();
    ArmResult together = Study.run(three, folder, "", StudyListener.NONE).arms().get(0);
    assertEquals(3, together.trainLoss().length);
    for (int replica = 0; replica < 3; replica++) {
      Settings one = small().optArms(arm).optSeed(5 + replica).build();
      Path models = folder.resolve("alone-" + replica);
      ArmResult alone = Study.run(one, models, "", StudyListener.NONE).arms().get(0);
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
                .optArms(Arm.BATCH_NORM, Arm.BATCH_NORM_PLAIN)
                .optTrainSize(2_500)
                .optTestSize(1_300)
                .build())
            .arms();
    for (int epoch = 0; epoch < 20; epoch++) {
      assertEquals(1, arms.get(0).trainLoss()[0][epoch] / arms.get(1).trainLoss()[0][epoch], 1e-10);
      assertEquals(1, arms.get(0).testLoss()[0][epoch] / arms.get(1).testLoss()[0][epoch], 1e-5);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Arm.class,
      names = {"BATCH_NORM", "NONE"})
  void theFirstFailureStopsAllArms(Arm failing) {
    AtomicInteger lastEpoch = new AtomicInteger();
    StudyListener listener =
        new StudyListener() {
          @Override
          public void epochEnded(Arm arm, int replicas, int epoch, double train, double test) {
            if (arm == failing && epoch == 5) {
              throw new IllegalStateException("on purpose");
            }
            lastEpoch.accumulateAndGet(epoch, Math::max);
          }
        };
    Settings settings = small().optEpochs(20_000).optThreads(2).build();
    var error =
        assertThrows(IllegalStateException.class, () -> Study.run(settings, null, "", listener));
    assertEquals("on purpose", error.getMessage());
    assertTrue(lastEpoch.get() < 19_999, "the other arm has stopped");
  }
}
