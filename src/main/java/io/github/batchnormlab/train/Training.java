package io.github.batchnormlab.train;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Parameter;
import io.github.batchnormlab.data.Preprocessing;
import io.github.batchnormlab.engine.Autograd;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.model.Batch;
import io.github.batchnormlab.model.ConvolutionSize;
import io.github.batchnormlab.model.InitialWeights;
import io.github.batchnormlab.model.Network;
import io.github.batchnormlab.model.Origin;
import io.github.batchnormlab.model.Piece;
import io.github.batchnormlab.model.SavedModel;
import io.github.batchnormlab.model.Sizes;
import io.github.batchnormlab.nn.SummedLoss;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Diagnostic;
import io.github.batchnormlab.study.ImageSize;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Outcome;
import io.github.batchnormlab.study.Pictures;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import io.github.batchnormlab.study.StudyResult;
import io.github.batchnormlab.study.Task;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Function;

/** Trains one arm for some replicas, on the thread that makes it. */
public final class Training implements AutoCloseable {
  /** A network asks its layers for their shapes, for which some compute with so many rows. */
  private static final int FEW_ROWS = 2;

  private final Settings settings;
  private final Arm arm;
  private final Sizes sizes;
  private final Replicas replicas;
  private final DeviceData data;
  private final Objective objective;
  private final SummedLoss loss;
  private final Model model;
  private final Network network;
  private final ExactTrainer trainer;
  private final Passes passes;

  /** Of the rows that are here: all of them, or the first where they stay in blocks. */
  private final Batch test;

  /** Measures the test rows, or is null with the article's points. */
  private final Scores scores;

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
    Task task = data.replicas().get(0).preprocessing().task();
    objective = Objective.of(settings, task);
    loss = objective.loss();
    ExactOptimizer optimizer = ExactOptimizer.of(settings.fit(), manager);
    trainer = new ExactTrainer(model, network, loss, optimizer, device);
    InitialWeights.seeded(
        settings.fit().seed() + replicas.first(),
        () -> trainer.initialize(network.inputShape(Math.min(FEW_ROWS, data.trainRows()))));
    scores = settings.hasData() ? new Scores(task, data.testRows(), data) : null;
    test = network.batch(this.data.testX(), this.data.testY(), false);
    passes =
        data.blocks()
            .<Passes>map(blocks -> new BlockPasses(blocks, settings, arm, sizes, task, trainer))
            .orElseGet(
                () ->
                    new DevicePasses(
                        this.data,
                        settings.fit().batchSize(),
                        network,
                        trainer,
                        objective,
                        scores,
                        test));
    probe = new Probe(settings, arm, replicas, this.data, loss, network, network(replicas.size()));
    losses =
        new Losses(
            replicas.size(),
            settings.fit().epochs(),
            scores == null ? List.of() : scores.metrics());
  }

  private Network network(int size) {
    return Network.create(arm, sizes, settings, size);
  }

  /**
   * Trains the epochs that are left, until the end, or until no replica has a finite loss, or until
   * the listener says stop.
   *
   * @param listener hears of the progress, and can end it
   * @param watcher sees the training between its epochs
   * @return the result
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

      double[] trainError = passes.train();
      Evaluation tested = passes.test(epoch + 1 < settings.fit().epochs());

      int[] stopped =
          losses.add(
              trainError,
              passes.trainRows(),
              tested.error(),
              passes.testRows(),
              (replica, testLoss) ->
                  scores == null
                      ? Evaluation.NOTHING
                      : scores.of(replica, tested.sums(), testLoss));
      seconds = secondsBefore + (System.nanoTime() - start) / 1e9;
      for (int i : stopped) {
        listener.warned(
            StudyResult.stopNote(arm, replicas.first() + i, settings.fit().replicas(), epoch));
      }
      listener.epochEnded(
          arm, replicas, epoch, losses.medianTrainLoss(epoch), losses.medianTestLoss(epoch));
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

  private boolean isTraining(Diagnostic row) {
    return losses.isTraining(row.replica() - replicas.first());
  }

  /** {@return how many epochs have been trained} */
  public int epoch() {
    return losses.epoch();
  }

  /**
   * The predictions in evaluation.
   *
   * @param x (replicas, rows, features)
   */
  NDArray predict(NDArray x) {
    return trainer.evaluate(new Piece(x, new NDList(), null, null));
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

    /**
     * {@return what there was when a state was taken}
     *
     * @param state the state
     * @param allEpochs how many epochs there are to be
     */
    public static Result of(State state, int allEpochs) {
      Losses losses =
          new Losses(state.replicas().size(), allEpochs, List.copyOf(state.metrics().keySet()));
      losses.restore(state.trainLoss(), state.testLoss(), state.metrics(), state.epoch());
      return new Result(
          state.replicas(), losses.result(state.arm(), state.seconds()), state.diagnostics(), null);
    }

    /**
     * {@return the same with what the first replica does at the end}
     *
     * @param last what it does
     */
    public Result with(Outcome last) {
      return new Result(replicas, losses, diagnostics, last);
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
   * @param metrics of each metric the values so far, {@code [replica][epoch]}
   * @param diagnostics what was seen inside the networks so far
   * @param values parameters, running statistics, the optimizer's moments, and where the number
   *     streams of mini-batches stand, by name
   */
  public record State(
      Arm arm,
      Replicas replicas,
      int epoch,
      double seconds,
      double[][] trainLoss,
      double[][] testLoss,
      Map<Metric, double[][]> metrics,
      List<Diagnostic> diagnostics,
      Map<String, double[]> values)
      implements Serializable {}

  /** {@return the state as it is now} */
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
          losses.metrics(),
          diagnostics,
          values());
    }
  }

  private Map<String, double[]> values() {
    Map<String, double[]> values = trainer.state();
    passes.save(values);
    return values;
  }

  /**
   * Goes on from a state.
   *
   * @param saved the state
   * @throws IllegalArgumentException if it is not that of such a training
   */
  public void restore(State saved) {
    Map<String, double[]> values = new LinkedHashMap<>(saved.values());
    passes.restore(values);
    if (!saved.metrics().keySet().equals(losses.metrics().keySet())) {
      throw new IllegalArgumentException("The state has other metrics, " + saved.metrics());
    }
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      trainer.restore(values);
    }
    losses.restore(saved.trainLoss(), saved.testLoss(), saved.metrics(), saved.epoch());
    diagnostics.addAll(saved.diagnostics());
    seconds = saved.seconds();
  }

  private Outcome outcome() {
    Preprocessing preprocessing = data.replicas().get(0).preprocessing();
    boolean isRegression = preprocessing.task() == Task.REGRESSION;
    return new Outcome(
        arm,
        replicas.first(),
        data.targets(),
        isRegression ? rows(this::labels, preprocessing) : new double[0][],
        isRegression ? rows(trainer::evaluate, preprocessing) : new double[0][],
        isRegression ? new int[0][] : passes.confusion(preprocessing.classes().size()),
        perUnit(Parameter.Type.GAMMA),
        perUnit(Parameter.Type.BETA),
        preprocessing.image().map(this::pictures).orElse(null));
  }

  /** Test images of the first replica, and the filters of its network. */
  private Pictures pictures(ImageSize size) {
    List<Pictures.Example> examples = new ArrayList<>();
    List<Pictures.Example> wrong = new ArrayList<>();
    for (Piece piece : test.pieces()) {
      if (wrong.size() == Pictures.MOST) {
        break;
      }
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        double[] said = Values.of(trainer.evaluate(piece).get(0).argMax(1));
        double[] labels = Values.of(labels(piece).get(0));
        for (int i = 0; i < said.length && wrong.size() < Pictures.MOST; i++) {
          boolean isExample = examples.size() < Pictures.MOST;
          if (isExample || said[i] != labels[i]) {
            double[] pixels = Values.of(piece.x().get(0).get(i));
            var example = new Pictures.Example(pixels, (int) labels[i], (int) said[i]);
            if (isExample) {
              examples.add(example);
            }
            if (said[i] != labels[i]) {
              wrong.add(example);
            }
          }
        }
      }
    }
    if (sizes.convolutions().isEmpty()) {
      return new Pictures(size, examples, wrong, 0, new double[0][]);
    }
    ConvolutionSize first = sizes.convolutions().get(0);
    int area = first.kernel() * first.kernel();
    double[] weights = Values.of(network.parameters().get("weight1").getArray());
    double[][] filters = new double[first.channels()][];
    Arrays.setAll(
        filters, i -> Arrays.copyOfRange(weights, i * first.weights(), i * first.weights() + area));
    return new Pictures(size, examples, wrong, first.kernel(), filters);
  }

  private NDArray labels(Piece piece) {
    return piece.y().head();
  }

  /** The first test rows of the first replica, in the units of the file. */
  private double[][] rows(Function<Piece, NDArray> values, Preprocessing preprocessing) {
    List<double[]> rows = new ArrayList<>();
    for (Piece piece : test.pieces()) {
      if (rows.size() == Outcome.MOST_ROWS) {
        break;
      }
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDArray first = values.apply(piece).get(0);
        int columns = (int) first.getShape().get(1);
        double[] all = preprocessing.inOriginalUnits(Values.of(first));
        int count = Math.min(piece.rows(), Outcome.MOST_ROWS - rows.size());
        for (int i = 0; i < count; i++) {
          rows.add(Arrays.copyOfRange(all, i * columns, (i + 1) * columns));
        }
      }
    }
    return rows.toArray(double[][]::new);
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
   * @param sums of the files of the table, none of the article's points
   * @param folder where the files go
   * @throws IOException if a file cannot be written
   */
  public void save(int index, List<String> sums, Path folder) throws IOException {
    SavedModel.save(
        network,
        index,
        new Origin(replicas.first() + index, losses.epochs(index), sums),
        settings,
        arm,
        sizes,
        data.replicas().get(index).preprocessing(),
        folder);
  }

  @Override
  public void close() {
    probe.close();
    trainer.close();
    model.close();
  }
}
