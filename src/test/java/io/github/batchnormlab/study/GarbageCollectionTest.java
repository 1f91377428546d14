package io.github.batchnormlab.study;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import io.github.batchnormlab.FreedMemory;
import io.github.batchnormlab.nn.SumOfSquaredErrors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** DJL's number operands corrupt gradients when garbage is collected; ours must not. */
class GarbageCollectionTest {
  private static final int EPOCHS = 15;
  private static final Group GROUP = new Group(0, 1);
  private static final Settings SETTINGS =
      Settings.builder().optEpochs(EPOCHS).optHidden(8).optTrainSize(20).build();

  @ParameterizedTest
  @EnumSource(Arm.class)
  void collectingBetweenForwardAndBackwardChangesNothing(Arm arm) {
    double[] undisturbed = losses(arm, () -> {});
    assertArrayEquals(undisturbed, losses(arm, FreedMemory::overwrite));
  }

  /** The study's training with something done before each backward pass. */
  private static double[] losses(Arm arm, Runnable beforeBackward) {
    InitialWeights weights = InitialWeights.draw(SETTINGS, GROUP);
    double[] losses = new double[EPOCHS];
    try (StudyData data = StudyData.draw(SETTINGS, GROUP, Device.cpu());
        Model model = Model.newInstance(arm.id(), Device.cpu(), "PyTorch")) {
      model.setBlock(Network.create(arm, SETTINGS, 1, weights));
      model.setDataType(SETTINGS.precision().dataType());
      NDManager manager = model.getNDManager();
      SumOfSquaredErrors loss = new SumOfSquaredErrors();
      var config = new DefaultTrainingConfig(loss);
      Adam adam = Adam.create(0.001, manager);
      try (ArmTrainer trainer = new ArmTrainer(model, config, adam)) {
        trainer.initialize(Network.inputShape(1, 20));
        NDList points = new NDList(data.trainPoints());
        NDList targets = new NDList(data.trainTargets());
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
          try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray error;
            try (GradientCollector gradients = trainer.newGradientCollector()) {
              error = loss.evaluate(targets, trainer.forward(points));
              beforeBackward.run();
              gradients.backward(error);
            }
            trainer.step();
            losses[epoch] = error.toDoubleArray()[0];
          }
        }
      }
    }
    return losses;
  }
}
