package io.github.batchnormlab.study;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import io.github.batchnormlab.nn.LinearBatchNorm;
import io.github.batchnormlab.nn.SumOfSquaredErrors;
import io.github.batchnormlab.nn.TanhPerceptron;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
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

  private final Probe probe;
  private final StudyData data;
  private final Losses losses;
  private final List<Diagnostic> diagnostics = new ArrayList<>();
  private double seconds;

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
            new DefaultTrainingConfig(loss).optDevices(new Device[] {device}),
            Adam.create(settings.learningRate(), manager));
    trainer.initialize(Network.inputShape(group.size(), settings.trainSize()));

    this.data = data;
    losses = new Losses(group.size(), settings.epochs());
    probe = new Probe(settings, arm, group, device, data, network);

    if (!(network instanceof TanhPerceptron perceptron)) {
      following = null;
      train = Pieces.whole(data.trainPoints(), data.trainTargets());
      test = Pieces.whole(data.testPoints(), data.testTargets());
    } else if (perceptron.hidden() instanceof LinearBatchNorm layer) {
      following = layer;
      train = data.trainPieces().with(moments(layer, data, manager));
      test = data.testPieces();
    } else {
      following = null;
      train = data.trainPieces();
      test = data.testPieces();
    }
  }

  /**
   * What the replicas of a group gave.
   *
   * @param group which replicas
   * @param losses the losses so far, of all epochs if nothing has come between
   * @param diagnostics what was seen inside the networks
   * @param outcome what the first replica of the group does at the end, or null if none was trained
   */
  record Result(Group group, ArmResult losses, List<Diagnostic> diagnostics, Outcome outcome) {

    /** What a group had when it was saved. */
    static Result of(Checkpoint.Training saved, int allEpochs) {
      Losses losses = new Losses(saved.group().size(), allEpochs);
      losses.restore(saved.trainLoss(), saved.testLoss(), saved.epoch());
      return new Result(
          saved.group(), losses.result(saved.arm(), saved.seconds()), saved.diagnostics(), null);
    }
  }

  /**
   * Goes on from a saved state.
   *
   * @throws IllegalArgumentException if it is not that of such a training
   */
  void restore(Checkpoint.Training saved) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      trainer.restore(saved.state());
    }
    losses.restore(saved.trainLoss(), saved.testLoss(), saved.epoch());
    diagnostics.addAll(saved.diagnostics());
    seconds = saved.seconds();
  }

  /**
   * Trains the epochs that are left, one step on the full training set in each, until the end, or
   * until no replica has a finite loss, or until the listener says stop.
   *
   * @param saver saves the state now and then
   * @throws CancellationException if the thread is interrupted
   */
  Result run(StudyListener listener, Saver saver) {
    Set<Integer> looks = DiagnosticEpochs.of(settings.epochs());
    listener.skipped(arm, (long) losses.epoch() * group.size());
    long start = System.nanoTime();
    double secondsBefore = seconds;
    while (!losses.isEnd() && !listener.isStopping()) {
      int epoch = losses.epoch();
      if (looks.contains(epoch)) {
        probe.look(epoch).stream().filter(this::isTraining).forEach(diagnostics::add);
      }
      double[] trainError = step();
      double[] testError = testError();
      for (int i : losses.add(trainError, settings.trainSize(), testError, settings.testSize())) {
        listener.warned(StudyResult.stopNote(arm, group.first() + i, settings.replicas(), epoch));
      }
      seconds = secondsBefore + (System.nanoTime() - start) / 1e9;
      listener.epochEnded(
          arm, group.size(), epoch, losses.trainLoss(0, epoch), losses.testLoss(0, epoch));
      saver.epochEnded(this);
      if (Thread.interrupted()) { // Another training has failed.
        saver.ended(this);
        throw new CancellationException("The study was stopped");
      }
    }
    if (losses.isEnd()) {
      listener.skipped(arm, (long) (settings.epochs() - losses.epoch()) * group.size());
    }
    saver.ended(this);
    return new Result(group, losses.result(arm, seconds), diagnostics, outcome());
  }

  private boolean isTraining(Diagnostic row) {
    return losses.isTraining(row.replica() - group.first());
  }

  /** How many epochs have been trained. */
  int epoch() {
    return losses.epoch();
  }

  /** Everything that the continuation depends on. */
  Checkpoint.Training state() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return new Checkpoint.Training(
          arm,
          group,
          losses.epoch(),
          seconds,
          losses.train(),
          losses.test(),
          diagnostics,
          trainer.state());
    }
  }

  private Outcome outcome() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Pieces.Piece points = data.testPieces().pieces().get(0);
      NDArray predictions = trainer.evaluate(new NDList(points.inputs().head())).head();
      return new Outcome(
          arm,
          group.first(),
          rows(points.targets().head().get(0)),
          rows(predictions.get(0)),
          perUnit(Parameter.Type.GAMMA),
          perUnit(Parameter.Type.BETA));
    }
  }

  /** The first replica's values of the parameter of a type, or nothing. */
  private double[] perUnit(Parameter.Type type) {
    return model.getBlock().getParameters().values().stream()
        .filter(parameter -> parameter.getType() == type)
        .findFirst()
        .map(parameter -> doubles(parameter.getArray().reshape(group.size(), -1).get(0)))
        .orElse(new double[0]);
  }

  private static double[][] rows(NDArray array) {
    int columns = (int) array.getShape().get(1);
    double[] all = doubles(array);
    double[][] rows = new double[all.length / columns][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(all, i * columns, (i + 1) * columns));
    return rows;
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
    double[] terms = doubles(perReplica);
    Arrays.setAll(sums, i -> sums[i] + terms[i]);
  }

  /**
   * The moments of all training points. What they are computed by is as large as the points, and is
   * freed at once.
   *
   * @param manager owns the moments
   */
  static NDList moments(LinearBatchNorm layer, StudyData data, NDManager manager) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDList moments = layer.moments(data.trainPoints());
      moments.attach(manager);
      NDScope.unregister(moments);
      return moments;
    }
  }

  /** The values in float64, whatever the precision. */
  static double[] doubles(NDArray array) {
    return array.toType(DataType.FLOAT64, false).toDoubleArray();
  }

  /** The owner of all arrays that outlive an epoch. */
  NDManager manager() {
    return model.getNDManager();
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
    probe.close();
    trainer.close();
    model.close();
  }
}
