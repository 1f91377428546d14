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
import java.util.Arrays;
import java.util.concurrent.CancellationException;

/** Trains one arm for a group of replicas, on the thread that makes it. */
final class ArmTraining implements AutoCloseable {
  private final Settings settings;
  private final Arm arm;
  private final Group group;
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
   * @param group which replicas
   * @param device where
   * @param data the points of the group, on the device
   * @param weights where to start
   */
  ArmTraining(
      Settings settings,
      Arm arm,
      Group group,
      Device device,
      StudyData data,
      InitialWeights weights) {
    Autograd.off();
    this.settings = settings;
    this.arm = arm;
    this.group = group;
    model = Model.newInstance(arm.id(), device, "PyTorch");
    Block network = Network.create(arm, settings, group.size(), weights);
    model.setBlock(network);
    model.setDataType(settings.precision().dataType());
    NDManager manager = model.getNDManager();
    trainer =
        new ArmTrainer(
            model,
            new DefaultTrainingConfig(loss)
                .optDevices(new Device[] {device})
                .optOptimizer(Adam.create(settings.learningRate(), manager)));
    trainer.initialize(Network.inputShape(group.size(), settings.trainSize()));

    if (!(network instanceof TanhPerceptron perceptron)) {
      following = null;
      train = Pieces.whole(data.trainPoints(), data.trainTargets());
      test = Pieces.whole(data.testPoints(), data.testTargets());
    } else if (perceptron.hidden() instanceof LinearBatchNorm layer) {
      following = layer;
      NDList moments = layer.moments(data.trainPoints());
      moments.attach(manager);
      train = data.trainPieces().with(moments);
      test = data.testPieces();
    } else {
      following = null;
      train = data.trainPieces();
      test = data.testPieces();
    }
  }

  /**
   * Trains for all epochs, one step on the full training set in each.
   *
   * @return what the replicas of this group gave
   * @throws CancellationException if the thread is interrupted
   */
  ArmResult run(StudyListener listener) {
    double[][] trainLoss = new double[group.size()][settings.epochs()];
    double[][] testLoss = new double[group.size()][settings.epochs()];
    long start = System.nanoTime();
    for (int epoch = 0; epoch < settings.epochs(); epoch++) {
      double[] trainError = step();
      double[] testError = testError();
      for (int i = 0; i < group.size(); i++) {
        trainLoss[i][epoch] = trainError[i] / settings.trainSize();
        testLoss[i][epoch] = testError[i] / settings.testSize();
      }
      listener.epochEnded(arm, group.size(), epoch, trainLoss[0][epoch], testLoss[0][epoch]);
      if (Thread.interrupted()) {
        throw new CancellationException("The study was stopped");
      }
    }
    return new ArmResult(arm, trainLoss, testLoss, (System.nanoTime() - start) / 1e9);
  }

  /** One full-batch step; returns each replica's error before it. */
  private double[] step() {
    double[] error = new double[group.size()];
    setFollowing(true);
    for (Pieces.Piece piece : train.pieces()) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        addTo(error, backward(piece));
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

  /** Adds a piece's gradients to the parameters'; returns its errors. */
  private NDArray backward(Pieces.Piece piece) {
    try (GradientCollector gradients = trainer.newGradientCollector()) {
      NDArray error = loss.evaluate(piece.targets(), trainer.forward(piece.inputs()));
      gradients.backward(error);
      return error;
    }
  }

  private double[] testError() {
    double[] error = new double[group.size()];
    for (Pieces.Piece piece : test.pieces()) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        addTo(error, loss.evaluate(piece.targets(), trainer.evaluate(piece.inputs())));
      }
    }
    return error;
  }

  private static void addTo(double[] sums, NDArray perReplica) {
    double[] terms = perReplica.toType(DataType.FLOAT64, false).toDoubleArray();
    Arrays.setAll(sums, i -> sums[i] + terms[i]);
  }

  /** Saves each replica's trained parameters the DJL way, in {@link Models#folder its folder}. */
  void save(Path models) throws IOException {
    for (int i = 0; i < group.size(); i++) {
      Path folder = Models.folder(models, arm, group.first() + i, settings.replicas());
      Models.save(model, arm, settings, i, group.size(), folder);
    }
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
  }
}
