package io.github.batchnormlab.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import io.github.batchnormlab.DisturbedLoss;
import io.github.batchnormlab.FreedMemory;
import io.github.batchnormlab.engine.Autograd;
import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.model.Batch;
import io.github.batchnormlab.model.Network;
import io.github.batchnormlab.nn.SumOfSquaredErrors;
import io.github.batchnormlab.nn.SummedLoss;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Settings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** DJL's number operands corrupt gradients when garbage is collected; ours must not. */
class GarbageCollectionTest {
  private static final int EPOCHS = 15;
  private static final Replicas GROUP = new Replicas(0, 1);
  private static final Settings SETTINGS =
      Settings.defaults().with("epochs", EPOCHS).with("hidden", 8).with("train-size", 20);

  @ParameterizedTest
  @EnumSource(Arms.class)
  void collectingBetweenForwardAndBackwardChangesNothing(Arm arm) throws Exception {
    double[] undisturbed = losses(arm, () -> {});
    assertArrayEquals(undisturbed, losses(arm, FreedMemory::overwrite));
  }

  /** The study's training with something done before each backward pass. */
  private static double[] losses(Arm arm, Runnable beforeBackward) throws Exception {
    double[] losses = new double[EPOCHS];
    Network network = Parts.network(arm, SETTINGS, 1);
    Parts.weights(SETTINGS, GROUP).into(network);
    Autograd asBefore = new Autograd();
    Autograd.off();
    try (DeviceData data = Parts.data(SETTINGS, GROUP);
        Model model = Model.newInstance(arm.id(), Device.cpu(), "PyTorch")) {
      model.setBlock(network.block());
      model.setDataType(DataType.FLOAT64);
      SummedLoss loss = new DisturbedLoss(new SumOfSquaredErrors(), beforeBackward);
      Adam adam = Adam.create(0.001, model.getNDManager());
      try (ExactTrainer trainer = new ExactTrainer(model, network, loss, adam, Device.cpu())) {
        trainer.initialize(network.inputShape(20));
        Batch batch = network.batch(data.trainX(), data.trainY(), true);
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
          try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            losses[epoch] = trainer.differentiate(batch, loss, 1)[0];
            trainer.step();
          }
        }
      }
    } finally {
      asBefore.close();
    }
    return losses;
  }
}
