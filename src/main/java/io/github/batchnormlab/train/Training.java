package io.github.batchnormlab.train;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import io.github.batchnormlab.engine.Autograd;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.model.Batch;
import io.github.batchnormlab.model.InitialWeights;
import io.github.batchnormlab.model.Network;
import io.github.batchnormlab.model.Piece;
import io.github.batchnormlab.model.SavedModel;
import io.github.batchnormlab.model.Sizes;
import io.github.batchnormlab.nn.SumOfSquaredErrors;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Diagnostic;
import io.github.batchnormlab.study.Outcome;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import io.github.batchnormlab.study.StudyResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;

/** Trains one arm for some replicas, on the thread that makes it. */
public final class Training implements AutoCloseable {
  private final Settings settings;
  private final Arm arm;
  private final Sizes sizes;
  private final Replicas replicas;
  private final DeviceData data;
  private final Loss loss = new SumOfSquaredErrors();
  private final Model model;
  private final Network network;
  private final ExactTrainer trainer;
  private final Batch train;
  private final Batch test;
  private final Probe probe;
  private final Losses losses;
  private final List<Diagnostic> diagnostics = new ArrayList<>();
  private double seconds;

  /**
   * @param settings what to train
   * @param arm which network
   * @param sizes how wide it is
   * @param replicas which replicas
   * @param data the rows of these replicas, on the device
   * @param weights where to start
   */
  public Training(
      Settings settings,
      Arm arm,
      Sizes sizes,
      Replicas replicas,
      DeviceData data,
      InitialWeights weights) {
    Autograd.off();
    this.settings = settings;
    this.arm = arm;
    this.sizes = sizes;
    this.replicas = replicas;
    Device device = data.manager().getDevice();
    network = network(replicas.size());
    weights.into(network);
    model = Model.newInstance(arm.id(), device, "PyTorch");
    model.setBlock(network.block());
    model.setDataType(Values.dataType(settings.fit().precision()));
    NDManager manager = model.getNDManager();
    this.data = data.ownedBy(manager);
    Adam adam = Adam.create(settings.fit().learningRate(), manager);
    trainer = new ExactTrainer(model, network, loss, adam, device);
    trainer.initialize(network.inputShape(settings.data().trainSize()));
    train = network.batch(this.data.trainX(), this.data.trainY(), true);
    test = network.batch(this.data.testX(), this.data.testY(), false);
    probe =
        new Probe(arm, replicas, this.data, network, network(replicas.size()), model.getDataType());
    losses = new Losses(replicas.size(), settings.fit().epochs());
  }

  private Network network(int size) {
    return Network.create(arm, sizes, settings.net(), size);
  }

  /**
   * Trains the epochs that are left, until the end, or until no replica has a finite loss, or until
   * the listener says stop.
   *
   * @param watcher sees the training between its epochs
   * @throws CancellationException if the thread is interrupted
   */
  public Result run(StudyListener listener, Watcher watcher) {
    Set<Integer> looks = LookEpochs.of(settings.fit().epochs());
    listener.skipped(arm, (long) losses.epoch() * replicas.size());
    long start = System.nanoTime();
    double secondsBefore = seconds;
    while (!losses.isEnd() && !listener.isStopping()) {
      int epoch = losses.epoch();
      if (looks.contains(epoch)) {
        probe.look(epoch).stream().filter(this::isTraining).forEach(diagnostics::add);
      }

      double[] trainError = step(train);
      double[] testError = evaluate(test);

      int[] stopped =
          losses.add(
              trainError, settings.data().trainSize(), testError, settings.data().testSize());
      seconds = secondsBefore + (System.nanoTime() - start) / 1e9;
      for (int i : stopped) {
        listener.warned(
            StudyResult.stopNote(arm, replicas.first() + i, settings.fit().replicas(), epoch));
      }
      listener.epochEnded(
          arm, replicas.size(), epoch, losses.trainLoss(0, epoch), losses.testLoss(0, epoch));
      watcher.epochEnded(this);
      if (Thread.interrupted()) { // Another training has failed.
        watcher.ended(this);
        throw new CancellationException("The study was stopped");
      }
    }
    if (losses.isEnd()) {
      listener.skipped(arm, (long) (settings.fit().epochs() - losses.epoch()) * replicas.size());
    }
    watcher.ended(this);
    return new Result(replicas, losses.result(arm, seconds), diagnostics, outcome());
  }

  /** One step on a batch: forward, loss and backward, piece by piece, then Adam. */
  private double[] step(Batch batch) {
    double[] error = new double[replicas.size()];
    for (Piece piece : batch.pieces()) {
      try (NDScope scope = new NDScope();
          GradientCollector gradients = trainer.newGradientCollector()) {
        scope.suppressNotUsedWarning();
        NDArray squares = loss.evaluate(piece.y(), new NDList(trainer.forward(piece)));
        gradients.backward(squares);
        addTo(error, squares);
      }
    }
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      trainer.step();
    }
    return error;
  }

  /** The error on a batch in evaluation. */
  private double[] evaluate(Batch batch) {
    double[] error = new double[replicas.size()];
    for (Piece piece : batch.pieces()) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        addTo(error, loss.evaluate(piece.y(), new NDList(trainer.evaluate(piece))));
      }
    }
    return error;
  }

  private static void addTo(double[] sums, NDArray perReplica) {
    double[] terms = Values.of(perReplica);
    Arrays.setAll(sums, i -> sums[i] + terms[i]);
  }

  private boolean isTraining(Diagnostic row) {
    return losses.isTraining(row.replica() - replicas.first());
  }

  /** How many epochs have been trained. */
  public int epoch() {
    return losses.epoch();
  }

  /**
   * The predictions in evaluation.
   *
   * @param x (replicas, rows, features)
   */
  NDArray predict(NDArray x) {
    return trainer.evaluate(new Piece(x, new NDList(), null, null, false));
  }

  /** The owner of all arrays that outlive an epoch. */
  NDManager manager() {
    return model.getNDManager();
  }

  /**
   * What some replicas gave.
   *
   * @param replicas which
   * @param losses the losses so far, of all epochs if nothing has come between
   * @param diagnostics what was seen inside the networks
   * @param outcome what the first of them does at the end, or null if it was not trained
   */
  public record Result(
      Replicas replicas, ArmResult losses, List<Diagnostic> diagnostics, Outcome outcome) {

    /** What there was when a state was taken. */
    public static Result of(State state, int allEpochs) {
      Losses losses = new Losses(state.replicas().size(), allEpochs);
      losses.restore(state.trainLoss(), state.testLoss(), state.epoch());
      return new Result(
          state.replicas(), losses.result(state.arm(), state.seconds()), state.diagnostics(), null);
    }
  }

  /**
   * A training between two epochs: everything that its continuation depends on.
   *
   * @param arm the arm
   * @param replicas which replicas
   * @param epoch how many epochs have been trained
   * @param seconds how long they took
   * @param trainLoss the training losses so far, {@code [replica][epoch]}
   * @param testLoss the test losses so far, {@code [replica][epoch]}
   * @param diagnostics what was seen inside the networks so far
   * @param values parameters, running statistics and the optimizer's moments, by name
   */
  public record State(
      Arm arm,
      Replicas replicas,
      int epoch,
      double seconds,
      double[][] trainLoss,
      double[][] testLoss,
      List<Diagnostic> diagnostics,
      Map<String, double[]> values) {}

  /** The state as it is now. */
  public State state() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return new State(
          arm,
          replicas,
          losses.epoch(),
          seconds,
          losses.train(),
          losses.test(),
          diagnostics,
          trainer.state());
    }
  }

  /**
   * Goes on from a state.
   *
   * @throws IllegalArgumentException if it is not that of such a training
   */
  public void restore(State saved) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      trainer.restore(saved.values());
    }
    losses.restore(saved.trainLoss(), saved.testLoss(), saved.epoch());
    diagnostics.addAll(saved.diagnostics());
    seconds = saved.seconds();
  }

  private Outcome outcome() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Piece piece = test.pieces().get(0);
      int rows = Math.min(piece.rows(), Outcome.MOST_ROWS);
      return new Outcome(
          arm,
          replicas.first(),
          data.targets(),
          rows(piece.y().head(), rows),
          rows(trainer.evaluate(piece), rows),
          perUnit(Parameter.Type.GAMMA),
          perUnit(Parameter.Type.BETA));
    }
  }

  /** The first rows of the first replica. */
  private static double[][] rows(NDArray array, int count) {
    NDArray first = array.get(0);
    int columns = (int) first.getShape().get(1);
    double[] all = Values.of(first);
    double[][] rows = new double[count][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(all, i * columns, (i + 1) * columns));
    return rows;
  }

  /** The first replica's values of the first parameter of a type, or nothing. */
  private double[] perUnit(Parameter.Type type) {
    return network.parameters().values().stream()
        .filter(parameter -> parameter.getType() == type)
        .findFirst()
        .map(parameter -> Values.of(parameter.getArray().reshape(replicas.size(), -1).get(0)))
        .orElse(new double[0]);
  }

  /**
   * Saves the trained parameters of a replica the DJL way.
   *
   * @param index which of the replicas that train here
   * @param folder where the file goes
   */
  public void save(int index, Path folder) throws IOException {
    SavedModel.save(network, index, network(1), model.getDataType(), folder, arm.id());
  }

  @Override
  public void close() {
    probe.close();
    trainer.close();
    model.close();
  }
}
