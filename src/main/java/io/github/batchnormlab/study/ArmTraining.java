package io.github.batchnormlab.study;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import io.github.batchnormlab.nn.SumOfSquaredErrors;
import java.io.IOException;
import java.nio.file.Path;

/** Trains one arm. */
final class ArmTraining {
  private final Settings settings;
  private final Arm arm;
  private final Device device;

  ArmTraining(Settings settings, Arm arm, Device device) {
    this.settings = settings;
    this.arm = arm;
    this.device = device;
  }

  /**
   * Trains for all epochs, one step on the full training set in each.
   *
   * @param data the points
   * @param weights where to start
   * @param modelFolder where the trained parameters go, or null
   * @param listener hears of each epoch
   */
  ArmResult run(StudyData data, InitialWeights weights, Path modelFolder, StudyListener listener)
      throws IOException {
    Autograd.off();
    double[] trainLoss = new double[settings.epochs()];
    double[] testLoss = new double[settings.epochs()];
    try (Model model = Model.newInstance(arm.id(), device, "PyTorch")) {
      model.setBlock(Network.create(arm, settings, weights));
      model.setDataType(settings.precision().dataType());
      NDManager manager = model.getNDManager();
      SumOfSquaredErrors loss = new SumOfSquaredErrors();
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(loss)
              .optDevices(new Device[] {device})
              .optOptimizer(Adam.create(settings.learningRate(), manager));
      listener.armStarted(arm);
      long start = System.nanoTime();
      try (ArmTrainer trainer = new ArmTrainer(model, config)) {
        trainer.initialize(Network.inputShape(settings.trainSize()));
        NDList trainPoints = replica(data.train().points(manager));
        NDList trainTargets = replica(data.train().targets(manager));
        NDList testPoints = replica(data.test().points(manager));
        NDList testTargets = replica(data.test().targets(manager));
        for (int epoch = 0; epoch < settings.epochs(); epoch++) {
          try (NDScope scope = new NDScope()) {
            NDArray error;
            try (GradientCollector gradients = trainer.newGradientCollector()) {
              error = loss.evaluate(trainTargets, trainer.forward(trainPoints));
              gradients.backward(error);
            }
            trainer.step();
            NDArray testError = loss.evaluate(testTargets, trainer.evaluate(testPoints));
            trainLoss[epoch] = toDouble(error) / settings.trainSize();
            testLoss[epoch] = toDouble(testError) / settings.testSize();
            scope.suppressNotUsedWarning();
          }
          listener.epochEnded(arm, epoch, trainLoss[epoch], testLoss[epoch]);
        }
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      if (modelFolder != null) {
        model.save(modelFolder, arm.id());
      }
      ArmResult result =
          new ArmResult(arm, new double[][] {trainLoss}, new double[][] {testLoss}, seconds);
      listener.armEnded(result);
      return result;
    }
  }

  /** Gives the rows a leading axis of one replica. */
  private static NDList replica(NDArray rows) {
    return new NDList(rows.expandDims(0));
  }

  private static double toDouble(NDArray scalar) {
    return scalar.toType(ai.djl.ndarray.types.DataType.FLOAT64, false).toDoubleArray()[0];
  }
}
