package io.github.batchnormlab.study;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import io.github.batchnormlab.nn.LinearBatchNorm;
import io.github.batchnormlab.nn.SumOfSquaredErrors;
import io.github.batchnormlab.nn.TanhPerceptron;
import java.io.IOException;
import java.nio.file.Path;

/** Trains one arm, on the thread that makes it. */
final class ArmTraining implements AutoCloseable {
  private final Settings settings;
  private final Arm arm;
  private final Model model;
  private final ArmTrainer trainer;
  private final SumOfSquaredErrors loss = new SumOfSquaredErrors();
  private final Pieces train;
  private final Pieces test;

  /** The layer whose running statistics follow one piece of a batch only, or null. */
  private final LinearBatchNorm following;

  /**
   * @param settings what to train
   * @param arm which network
   * @param device where
   * @param data the points, on the device
   * @param weights where to start
   */
  ArmTraining(Settings settings, Arm arm, Device device, StudyData data, InitialWeights weights) {
    Autograd.off();
    this.settings = settings;
    this.arm = arm;
    model = Model.newInstance(arm.id(), device, "PyTorch");
    Block network = Network.create(arm, settings, weights);
    model.setBlock(network);
    model.setDataType(settings.precision().dataType());
    NDManager manager = model.getNDManager();
    trainer =
        new ArmTrainer(
            model,
            new DefaultTrainingConfig(loss)
                .optDevices(new Device[] {device})
                .optOptimizer(Adam.create(settings.learningRate(), manager)));
    trainer.initialize(Network.inputShape(settings.trainSize()));

    if (network instanceof TanhPerceptron perceptron) {
      following = perceptron.hidden() instanceof LinearBatchNorm layer ? layer : null;
      NDList moments = new NDList();
      if (following != null) {
        moments = following.moments(data.trainPoints());
        moments.attach(manager);
      }
      train = Pieces.cut(data.trainPoints(), data.trainTargets(), moments);
      test = Pieces.cut(data.testPoints(), data.testTargets(), new NDList());
    } else {
      following = null;
      train = Pieces.whole(data.trainPoints(), data.trainTargets());
      test = Pieces.whole(data.testPoints(), data.testTargets());
    }
  }

  /** Trains for all epochs, one step on the full training set in each. */
  ArmResult run(StudyListener listener) {
    double[] trainLoss = new double[settings.epochs()];
    double[] testLoss = new double[settings.epochs()];
    listener.armStarted(arm);
    long start = System.nanoTime();
    for (int epoch = 0; epoch < settings.epochs(); epoch++) {
      trainLoss[epoch] = step() / settings.trainSize();
      testLoss[epoch] = testError() / settings.testSize();
      listener.epochEnded(arm, epoch, trainLoss[epoch], testLoss[epoch]);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    ArmResult result =
        new ArmResult(arm, new double[][] {trainLoss}, new double[][] {testLoss}, seconds);
    listener.armEnded(result);
    return result;
  }

  /** One full-batch step; returns the error before it. */
  double step() {
    double error = 0;
    setFollowing(true);
    for (Pieces.Piece piece : train.pieces()) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        error += backward(piece);
      }
      setFollowing(false);
    }
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      trainer.step();
    }
    return error;
  }

  private void setFollowing(boolean isFollowing) {
    if (following != null) {
      following.setFollowing(isFollowing);
    }
  }

  /** Adds a piece's gradients to the parameters'; returns its error. */
  private double backward(Pieces.Piece piece) {
    try (GradientCollector gradients = trainer.newGradientCollector()) {
      NDArray error = loss.evaluate(piece.targets(), trainer.forward(piece.inputs()));
      gradients.backward(error);
      return toDouble(error);
    }
  }

  private double testError() {
    double error = 0;
    for (Pieces.Piece piece : test.pieces()) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        error += toDouble(loss.evaluate(piece.targets(), trainer.evaluate(piece.inputs())));
      }
    }
    return error;
  }

  private static double toDouble(NDArray perReplica) {
    return perReplica.toType(DataType.FLOAT64, false).toDoubleArray()[0];
  }

  /** Saves the trained parameters the DJL way. */
  void save(Path folder) throws IOException {
    model.save(folder, arm.id());
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
  }
}
