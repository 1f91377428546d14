package io.github.batchnormlab.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import io.github.batchnormlab.data.BlockWork;
import io.github.batchnormlab.data.RowBlock;
import io.github.batchnormlab.data.RowMoments;
import io.github.batchnormlab.engine.Autograd;
import io.github.batchnormlab.engine.DeviceException;
import io.github.batchnormlab.engine.Devices;
import io.github.batchnormlab.engine.NativeMemory;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.model.Batch;
import io.github.batchnormlab.model.InitialWeights;
import io.github.batchnormlab.model.Network;
import io.github.batchnormlab.model.Piece;
import io.github.batchnormlab.model.Sizes;
import io.github.batchnormlab.model.SynchronizedGradient;
import io.github.batchnormlab.nn.Gradients;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Task;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A network where blocks are, on one thread of PyTorch: the number of threads can change a sum in
 * its last digits.
 */
final class BlockNetwork implements AutoCloseable {
  /** Java's memory on the way of rows to PyTorch, one for each thread: the collector is slow. */
  private static final ThreadLocal<ByteBuffer> WAY = new ThreadLocal<>();

  static {
    // Once for a process, which may be one that runs blocks and nothing else.
    NativeMemory.keep();
    try {
      Devices.open(Settings.defaults().machine().device());
    } catch (DeviceException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Networks that nobody uses at the moment, the last used first. */
  private static final Deque<BlockNetwork> IDLE = new ArrayDeque<>();

  /**
   * Those of a hidden layer in a piece: 333 rows of 300 units take 0.8 MB, which a core's own cache
   * holds. The other cores, and what they share, belong to other processes: two of them took 0.67
   * and 0.69 of the time of one with pieces of {@link Batch#MOST_ACTIVATIONS}, 0.56 and 0.58 with
   * these ({@code EpochTiming} with 2,000,000 rows).
   */
  private static final long ACTIVATIONS = 100_000;

  /** As many threads as a process of a cluster may well have, with two arms each. */
  private static final int MOST_IDLE = 16;

  private final Kind kind;
  private final Objective objective;
  private final DataType type;
  private final NDManager manager;
  private final Network network;
  private final FlatParameters parameters;
  private final ParameterStore store;

  /** What the network is used for now. */
  private Plan plan;

  private Map<String, double[]> values;

  /**
   * What a network is made of, as it can be sent to where the blocks are.
   *
   * @param kind which network
   * @param trainRows the rows of a step, of all blocks
   * @param features the moments of their features
   */
  record Plan(Kind kind, int trainRows, RowMoments features) implements Serializable {}

  /**
   * Which network. Those of one kind differ in nothing but their values.
   *
   * @param settings those of the study, as a user would write them
   * @param arm the name of the arm
   * @param inputs how many features a row has
   * @param outputs how many outputs the network has
   * @param task what is learned
   */
  record Kind(HashMap<String, String> settings, String arm, int inputs, int outputs, Task task)
      implements Serializable {
    /** How many numbers the target of a row has. */
    int targets() {
      return task == Task.CLASSIFICATION ? 1 : outputs;
    }

    /** How many sums over the test rows the metrics are made of, see {@link Scores#sums}. */
    int scores() {
      return task == Task.CLASSIFICATION ? 1 : outputs;
    }
  }

  /**
   * {@return a network for the thread that asks; closing it lets others have it} Making one takes
   * as long as a thousand rows and more, so that each serves for many passes.
   *
   * @param values of all parameters by name
   */
  static BlockNetwork of(Plan plan, Map<String, double[]> values) {
    Autograd.off();
    JniUtils.setNumThreads(1);
    BlockNetwork network = idle(plan.kind()).orElseGet(() -> new BlockNetwork(plan.kind()));
    network.plan = plan;
    network.values = values;
    network.take(parameter -> true);
    return network;
  }

  private static Optional<BlockNetwork> idle(Kind kind) {
    synchronized (IDLE) {
      Optional<BlockNetwork> found =
          IDLE.stream().filter(network -> network.kind.equals(kind)).findFirst();
      found.ifPresent(IDLE::remove);
      return found;
    }
  }

  private BlockNetwork(Kind kind) {
    this.kind = kind;
    Settings settings = Settings.parse(kind.settings());
    Arm arm = settings.net().arm(kind.arm()).orElseThrow();
    manager = Values.pytorch().newBaseManager(Device.cpu());
    objective = Objective.of(settings, kind.task());
    type = Values.dataType(settings.fit().precision());
    Sizes sizes = new Sizes(kind.inputs(), settings.net().hidden(), kind.outputs());
    network = Network.create(arm, sizes, settings, 1);
    // Its weights will be others; but what draws some must not disturb who does so elsewhere.
    InitialWeights.seeded(
        settings.fit().seed(),
        () -> network.block().initialize(manager, type, network.inputShape(2)));
    parameters = FlatParameters.gather(network.parameters().values(), manager);
    store = new ParameterStore(manager, false);
  }

  /**
   * {@return who does work on blocks with a network of its own}
   *
   * @param values of all parameters by name
   * @param each gives the result of a block
   * @param <T> what it gives
   */
  static <T> BlockWork.Worker<RowBlock, T> worker(
      Plan plan, Map<String, double[]> values, BiFunction<BlockNetwork, RowBlock, T> each) {
    BlockNetwork network = of(plan, values);
    return new BlockWork.Worker<>() {
      @Override
      public T of(RowBlock block) {
        try (NDScope scope = new NDScope()) {
          scope.suppressNotUsedWarning();
          return each.apply(network, block);
        }
      }

      @Override
      public void close() {
        network.close();
      }
    };
  }

  /** Takes the training rows of a block as their part of a step on all rows, a piece at a time. */
  void train(RowBlock block, Consumer<Piece> each) {
    if (block.trainX().length > 0) {
      forEach(block.trainX(), block.trainY(), (x, y) -> part(x, y).pieces(), each);
    }
  }

  /**
   * Takes the test rows of a block for evaluation, a piece at a time. The running statistics are
   * again those that were sent: they have followed each step since.
   */
  void test(RowBlock block, Consumer<Piece> each) {
    if (block.testX().length > 0) {
      take(parameter -> !parameter.requiresGradient());
      forEach(block.testX(), block.testY(), (x, y) -> network.batch(x, y, false).pieces(), each);
    }
  }

  private void forEach(
      double[] x,
      double[] y,
      BiFunction<NDArray, NDArray, List<Piece>> pieces,
      Consumer<Piece> each) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray features = array(x, plan.kind().inputs());
      for (Piece piece : pieces.apply(features, array(y, plan.kind().targets()))) {
        try (NDScope ofPiece = new NDScope()) {
          ofPiece.suppressNotUsedWarning();
          each.accept(piece);
        }
      }
    }
  }

  /** Gives some parameters the values that were sent. */
  private void take(Predicate<Parameter> which) {
    try (NDScope scope = new NDScope()) { // What is made here would stay as long as the network.
      scope.suppressNotUsedWarning();
      network
          .parameters()
          .forEach(
              (name, parameter) -> {
                if (which.test(parameter)) {
                  Values.fill(parameter.getArray(), values.get(name));
                }
              });
    }
  }

  /** How many values are trained. */
  int trained() {
    return (int) parameters.values().size();
  }

  Objective objective() {
    return objective;
  }

  /** Rows of a block as (1, rows, columns), in memory of PyTorch's own. */
  NDArray array(double[] rows, int columns) {
    int bytes = Math.multiplyExact(rows.length, Double.BYTES);
    ByteBuffer way = WAY.get();
    if (way == null || way.capacity() < bytes) {
      way = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
      WAY.set(way);
    }
    way.asDoubleBuffer().put(rows);
    Shape shape = new Shape(1, rows.length / columns, columns);
    ByteBuffer whole = way.duplicate();
    whole.limit(bytes);
    try (NDArray borrowed = manager.create(whole, shape, DataType.FLOAT64)) {
      return type == DataType.FLOAT64 ? borrowed.duplicate() : borrowed.toType(type, false);
    }
  }

  private Batch part(NDArray x, NDArray y) {
    return network.part(x, y, plan.features(), ACTIVATIONS);
  }

  /** The loss and the gradient of a block's training rows, of which it must have some. */
  Gradients gradients(RowBlock block) {
    NDArray x = array(block.trainX(), plan.kind().inputs());
    NDArray y = array(block.trainY(), plan.kind().targets());
    return network.gradients(store, part(x, y), objective.loss(), factor());
  }

  /** What gradients are multiplied by. */
  double factor() {
    return objective.factor(plan.trainRows());
  }

  /** The gradient in stages, of a network that has it. */
  SynchronizedGradient synchronization() {
    return network.synchronization().orElseThrow();
  }

  /** The gradient in the order of the parameters. */
  double[] join(Gradients gradients) {
    return Values.of(FlatParameters.join(parameters.inOrder(gradients.ofParameters()::get)));
  }

  /** The predictions in evaluation. */
  NDArray predict(Piece piece) {
    return network.predict(store, piece);
  }

  /** Lets others have it. */
  @Override
  public void close() {
    synchronized (IDLE) {
      IDLE.addFirst(this);
      if (IDLE.size() > MOST_IDLE) {
        IDLE.removeLast().manager.close();
      }
    }
  }
}
