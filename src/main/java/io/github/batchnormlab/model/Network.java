package io.github.batchnormlab.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.ParameterStore;
import io.github.batchnormlab.data.RowMoments;
import io.github.batchnormlab.engine.Autograd;
import io.github.batchnormlab.engine.Constants;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.nn.BatchNorm;
import io.github.batchnormlab.nn.Gradients;
import io.github.batchnormlab.nn.Linear;
import io.github.batchnormlab.nn.SummedLoss;
import io.github.batchnormlab.nn.fast.DeepGradient;
import io.github.batchnormlab.nn.fast.Moments;
import io.github.batchnormlab.nn.fast.PerceptronGradient;
import io.github.batchnormlab.nn.fast.TanhPerceptron;
import io.github.batchnormlab.study.Activation;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The network of an arm: perhaps convolutional layers; for each hidden layer linear, normalization
 * or none, activation; then a linear layer.
 *
 * <p>All arrays have a leading axis of replicas: the input is (replicas, rows, features) and the
 * output (replicas, rows, targets).
 */
public final class Network {
  /** Beyond, the covariance of the inputs costs more than it saves. */
  private static final int MOST_INPUTS_OF_FAST = 64;

  private final Sizes sizes;
  private final int replicas;

  /** Stands before the hidden layers, or is null. */
  private final ConvolutionStack convolutions;

  private final List<Linear> hidden = new ArrayList<>();

  /** What stands behind each hidden layer, null where that is nothing. */
  private final List<Normalization> norms = new ArrayList<>();

  /** Stands behind each hidden layer and its normalization. */
  private final Block activation;

  private final Linear output;
  private final SequentialBlock block = new SequentialBlock();

  /** The parameters that autograd differentiates by, once it has. */
  private List<Parameter> trained;

  /** Computes the same from the same parameters, or is null. */
  private final TanhPerceptron fast;

  /** Has the gradients of what is not {@link #fast}, or is null. */
  private final DeepGradient deep;

  /** Has them where the rows of a batch are in several places, or is null. */
  private final SynchronizedGradient synchronization;

  private Network(NetworkArm arm, Sizes sizes, Settings settings, int replicas) {
    this.sizes = sizes;
    this.replicas = replicas;
    Settings.Net net = settings.net();
    activation = block(net.activation());
    convolutions =
        sizes.convolutions().isEmpty()
            ? null
            : new ConvolutionStack(arm, sizes, settings, activation, replicas);
    if (convolutions != null) {
      convolutions.addTo(block);
      convolutions.freezeBiases();
    }
    for (int units : sizes.hidden().units()) {
      Linear linear =
          Linear.builder().setUnits(units).optBias(net.bias()).optReplicas(replicas).build();
      Normalization norm = arm.normalization(units, settings, replicas);
      hidden.add(linear);
      norms.add(norm);
      block.add(linear);
      if (norm != null) {
        block.add(norm.block());
        if (norm.cancelsBias() && net.bias()) {
          linear.bias().freeze(true);
        }
      }
      block.add(block(net.activation()));
    }
    output = Linear.builder().setUnits(sizes.outputs()).optReplicas(replicas).build();
    block.add(output);
    // It has the statistics of a batch from moments that a full batch has once and for all.
    fast =
        arm.mayBeFast()
                && net.activation() == Activation.TANH
                && settings.fit().batchSize().isFull()
                && replicas > 0
                && convolutions == null
                && sizes.inputs() <= MOST_INPUTS_OF_FAST
            ? fast()
            : null;
    boolean mayBeDeep = fast == null && replicas > 0 && convolutions == null;
    DeepGradient.Activation behind = DeepGradient.Activation.valueOf(net.activation().name());
    deep = mayBeDeep ? deep(behind) : null;
    synchronization = mayBeDeep && replicas == 1 ? synchronization(behind) : null;
  }

  private static Block block(Activation activation) {
    return switch (activation) {
      case TANH -> ai.djl.nn.Activation.tanhBlock();
      case RELU -> ai.djl.nn.Activation.reluBlock();
      case SIGMOID -> ai.djl.nn.Activation.sigmoidBlock();
      case GELU -> ai.djl.nn.Activation.geluBlock();
      case LINEAR -> Blocks.identityBlock();
    };
  }

  /** The fast way, if there is one. */
  private TanhPerceptron fast() {
    if (hidden.size() > 1) {
      return null;
    }
    Normalization norm = norms.get(0);
    if (norm == null) {
      return new TanhPerceptron(hidden.get(0), null, output);
    }
    return norm instanceof OwnBatchNorm own
        ? new TanhPerceptron(hidden.get(0), own.block(), output)
        : null;
  }

  /** The closed form, where it knows all layers. */
  private DeepGradient deep(DeepGradient.Activation behind) {
    List<BatchNorm> own = new ArrayList<>();
    for (Normalization norm : norms) {
      if (norm instanceof OwnBatchNorm batchNorm && batchNorm.isByKernel()) {
        own.add(batchNorm.block());
      } else if (norm != null) {
        return null;
      }
    }
    return new DeepGradient(hidden, own, behind, output);
  }

  /** The closed form in stages, where all layers have batch normalization by our own definition. */
  private SynchronizedGradient synchronization(DeepGradient.Activation behind) {
    List<BatchNorm> own = new ArrayList<>();
    for (Normalization norm : norms) {
      if (!(norm instanceof OwnBatchNorm batchNorm)) {
        return null;
      }
      own.add(batchNorm.block());
    }
    return new SynchronizedGradient(hidden, own, behind, output);
  }

  /**
   * {@return an arm's network, not initialized}
   *
   * @param arm one of {@link Arms}, or of the user's own
   * @param sizes how wide it is
   * @param settings how it is made
   * @param replicas how many networks, each with parameters of its own; 0 for one without the axis
   *     of replicas, as others use it
   */
  public static Network create(Arm arm, Sizes sizes, Settings settings, int replicas) {
    return new Network((NetworkArm) arm, sizes, settings, replicas);
  }

  /**
   * Tries out a layer of the user's own: whether two rows go through a network with it, forward and
   * in evaluation.
   *
   * @param arm that of the layer
   * @param sizes how wide the network is
   * @param settings how it is made
   * @throws SettingException if not; the message names the arm
   */
  public static void tryOut(Arm arm, Sizes sizes, Settings settings) {
    Network network = create(arm, sizes, settings, 1);
    DataType type = Values.dataType(settings.fit().precision());
    try (NDManager manager = Values.pytorch().newBaseManager(Device.cpu())) {
      // What a layer draws here must not come between the draws of another study.
      InitialWeights.seeded(
          settings.fit().seed(),
          () -> {
            network.block().initialize(manager, type, network.inputShape(2));
            NDArray x = manager.ones(network.inputShape(2), type);
            ParameterStore store = new ParameterStore(manager, false);
            for (boolean training : new boolean[] {true, false}) {
              network.block().forward(store, new NDList(x), training).close();
            }
          });
    } catch (RuntimeException | LinkageError e) {
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new SettingException(
          "arms",
          arm.text(),
          "must name a layer that rows go through (" + why.lines().findFirst().orElse("") + ")");
    }
  }

  /** {@return the network as a DJL block by its definition} It holds the parameters. */
  public Block block() {
    return block;
  }

  /** {@return how many hidden layers there are, convolutions among them} */
  public int hiddenLayers() {
    return before() + hidden.size();
  }

  /** {@return whether it begins with convolutional layers} */
  public boolean hasConvolutions() {
    return convolutions != null;
  }

  /** How many layers stand before the hidden ones. */
  private int before() {
    return convolutions == null ? 0 : convolutions.count();
  }

  /** All that normalizes. */
  private Stream<Normalization> allNorms() {
    return Stream.concat(
        convolutions == null ? Stream.empty() : convolutions.norms().stream(),
        norms.stream().filter(Objects::nonNull));
  }

  /**
   * {@return the shape of the input}
   *
   * @param rows how many rows
   */
  public Shape inputShape(long rows) {
    return replicas == 0
        ? new Shape(rows, sizes.inputs())
        : new Shape(replicas, rows, sizes.inputs());
  }

  /**
   * {@return whether rows may come in pieces; if not, the statistics need all rows of a batch at
   * once}
   */
  public boolean takesPieces() {
    return fast != null || allNorms().noneMatch(Normalization::needsWholeBatch);
  }

  /**
   * {@return the gradient of rows in several places, where it needs more than their sums: the
   * statistics of the layers}
   */
  public Optional<SynchronizedGradient> synchronization() {
    return Optional.ofNullable(synchronization);
  }

  /** {@return whether the rows of a batch may be in several places} */
  public boolean takesParts() {
    return takesPieces() || synchronization != null;
  }

  /** {@return whether kernels of PyTorch compute all that needs the rows of a batch at once} */
  public boolean isByKernels() {
    return allNorms().noneMatch(norm -> norm.needsWholeBatch() && !norm.isByKernel());
  }

  /**
   * Prepares rows.
   *
   * @param x (replicas, rows, features)
   * @param y (replicas, rows, targets)
   * @param training whether they are for training steps
   * @return the batch
   */
  public Batch batch(NDArray x, NDArray y, boolean training) {
    if (training && !takesPieces()) { // In evaluation each row is by itself.
      return Batch.whole(x, y);
    }
    int units = sizes.hidden().widest();
    return fast == null
        ? Batch.inPieces(x, y, units, Batch.MOST_ACTIVATIONS)
        : Batch.inPieces(x, y, units, fast, training);
  }

  /**
   * Prepares some of the rows of a training step, of which the others are elsewhere; the network
   * must {@link #takesParts take parts}.
   *
   * @param x (1, rows, features)
   * @param y (1, rows, targets)
   * @param ofAll the moments of the features of all rows of the step
   * @param activations the most of a hidden layer that a piece may have
   * @return the rows
   */
  public Batch part(NDArray x, NDArray y, RowMoments ofAll, long activations) {
    int units = sizes.hidden().widest();
    return fast == null
        ? Batch.inPieces(x, y, units, activations)
        : Batch.inPieces(x, y, units, activations, moments(x.getManager(), x.getDataType(), ofAll));
  }

  /** Null without batch norm. */
  private Moments moments(NDManager manager, DataType type, RowMoments ofAll) {
    if (fast.normalized() == null) {
      return null;
    }
    int inputs = sizes.inputs();
    NDArray mean = Values.array(manager, ofAll.means(), new Shape(1, 1, inputs), type);
    NDArray squares = Values.array(manager, ofAll.squares(), new Shape(1, inputs, inputs), type);
    return fast.normalized().moments(ofAll.rows(), mean, squares);
  }

  /**
   * Lets the running statistics follow a step whose rows are elsewhere.
   *
   * @param store where the values of the parameters are
   * @param ofAll the moments of the features of all its rows
   */
  public void follow(ParameterStore store, RowMoments ofAll) {
    if (fast == null || fast.normalized() == null) {
      return;
    }
    NDArray weight = hidden.get(0).weight().getArray();
    fast.normalized().follow(store, moments(weight.getManager(), weight.getDataType(), ofAll));
  }

  /**
   * {@return the predictions of a training step} The running statistics may follow; those of
   * training do in {@link #gradients}.
   *
   * @param store where the values of the parameters are
   * @param piece rows of a batch
   */
  public NDArray step(ParameterStore store, Piece piece) {
    return fast == null ? through(store, piece, null) : fast.step(store, forFast(piece));
  }

  /**
   * Runs a batch forward and backward; the running statistics follow.
   *
   * @param store where the values of the parameters are
   * @param batch rows for a training step
   * @param loss the sum over rows of their losses
   * @param factor what the gradients are multiplied by
   * @return the loss without, the gradients with the factor, in the scope of the caller
   */
  public Gradients gradients(ParameterStore store, Batch batch, SummedLoss loss, double factor) {
    if (deep != null) {
      List<Supplier<DeepGradient.Rows>> pieces = new ArrayList<>();
      for (Piece piece : batch.pieces()) {
        pieces.add(() -> new DeepGradient.Rows(piece.x(), piece.y().head()));
      }
      return deep.of(pieces, loss, factor);
    }
    if (fast == null) {
      return byAutograd(store, batch, loss, factor);
    }
    List<Supplier<PerceptronGradient.Rows>> pieces = new ArrayList<>();
    for (Piece piece : batch.pieces()) {
      pieces.add(() -> new PerceptronGradient.Rows(forFast(piece).columns(), piece.y().head()));
    }
    return fast.gradient().of(batch.pieces().get(0).moments(), pieces, loss, factor);
  }

  private Gradients byAutograd(ParameterStore store, Batch batch, SummedLoss loss, double factor) {
    if (trained == null) {
      trained = parameters().values().stream().filter(Parameter::requiresGradient).toList();
    }
    trained.forEach(parameter -> Autograd.zeroGradient(parameter.getArray()));
    double[] losses = new double[replicas];
    Map<Parameter, NDArray> gradients = new LinkedHashMap<>();
    for (Piece piece : batch.pieces()) {
      try (NDScope scope = new NDScope();
          Autograd autograd = new Autograd()) {
        scope.suppressNotUsedWarning();
        NDArray sums = loss.evaluate(piece.y(), new NDList(step(store, piece)));
        autograd.backwardOnce(
            sums, Constants.filled(sums.getManager(), sums.getShape(), factor, sums.getDataType()));
        double[] terms = Values.of(sums);
        Arrays.setAll(losses, i -> losses[i] + terms[i]);
      }
    }
    trained.forEach(each -> gradients.put(each, each.getArray().getGradient()));
    return new Gradients(losses, gradients);
  }

  /**
   * {@return the predictions in evaluation, not to be differentiated}
   *
   * @param store where the values of the parameters are
   * @param piece rows of a batch
   */
  public NDArray predict(ParameterStore store, Piece piece) {
    if (deep != null) {
      return deep.predict(piece.x());
    }
    return fast == null
        ? evaluate(store, piece)
        : fast.gradient().predict(forFast(piece).columns());
  }

  /**
   * {@return the predictions in evaluation}
   *
   * @param store where the values of the parameters are
   * @param piece rows of a batch
   */
  public NDArray evaluate(ParameterStore store, Piece piece) {
    return fast == null
        ? block.forward(store, new NDList(piece.x()), false).singletonOrThrow()
        : fast.evaluate(store, piece.x(), forFast(piece).columns());
  }

  /**
   * {@return the predictions of a training step, seen from inside}
   *
   * @param store where the values of the parameters are
   * @param piece rows of a batch
   * @param tap is told what the layers compute
   */
  public NDArray step(ParameterStore store, Piece piece, Tap tap) {
    NDList last = output.affine(store, piece.x().getDevice(), true);
    tap.affine(hiddenLayers() + 1, last.get(0), last.get(1));
    if (fast != null) {
      return fast.step(
          store,
          forFast(piece),
          (weight, bias) -> tap.affine(1, weight, bias),
          z -> tap.input(1, z));
    }
    return through(store, piece, tap);
  }

  /**
   * Layer by layer.
   *
   * @param tap is told, or is null
   */
  private NDArray through(ParameterStore store, Piece piece, Tap tap) {
    NDArray h = convolutions == null ? piece.x() : convolutions.through(store, piece.x(), tap);
    for (int i = 0; i < hidden.size(); i++) {
      NDArray z = hidden.get(i).forward(store, new NDList(h), true).singletonOrThrow();
      if (tap != null) {
        tapAffine(store, i, z, tap);
      }
      if (norms.get(i) != null) {
        z = norms.get(i).train(store, z);
      }
      NDArray input = tap == null ? z : tap.input(before() + i + 1, z);
      h = activation.forward(store, new NDList(input), true).singletonOrThrow();
    }
    return output.forward(store, new NDList(h), true).singletonOrThrow();
  }

  private void tapAffine(ParameterStore store, int layer, NDArray z, Tap tap) {
    NDList affine = hidden.get(layer).affine(store, z.getDevice(), true);
    NDArray bias = affine.size() > 1 ? affine.get(1) : null;
    Normalization norm = norms.get(layer);
    if (norm == null) {
      tap.affine(before() + layer + 1, affine.get(0), bias);
      return;
    }
    Optional<NDList> perUnit = norm.factorAndOffset(store, z);
    perUnit.ifPresent(
        by -> {
          NDArray offset = by.get(1);
          tap.affine(
              before() + layer + 1,
              affine.get(0).mul(by.get(0)),
              bias == null ? offset : bias.mul(by.get(0)).add(offset));
        });
  }

  private static TanhPerceptron.Piece forFast(Piece piece) {
    NDArray columns = piece.columns() == null ? TanhPerceptron.columns(piece.x()) : piece.columns();
    return new TanhPerceptron.Piece(piece.x(), columns, piece.moments());
  }

  /**
   * {@return all parameters by name, convolutional layers first: weight1, bias1, scale, shift, … of
   * the first layer, weight2 and bias2 of the second} With several hidden layers each name of a
   * normalization has its layer's number too. What a user's block has is called own1.NAME in the
   * first layer, with the block's name of it.
   */
  public Map<String, Parameter> parameters() {
    Map<String, Parameter> named = new LinkedHashMap<>();
    for (int i = 0; i < before(); i++) {
      add(named, convolutions.convolution(i), convolutions.norm(i), i + 1);
    }
    for (int i = 0; i < hidden.size(); i++) {
      add(named, hidden.get(i), norms.get(i), before() + i + 1);
    }
    add(named, output, Integer.toString(hiddenLayers() + 1));
    return Collections.unmodifiableMap(named);
  }

  /** Adds a hidden layer and what normalizes it. */
  private void add(Map<String, Parameter> named, Block layer, Normalization norm, int number) {
    add(named, layer, Integer.toString(number));
    if (norm instanceof OwnNormalization own) {
      addOwn(named, own.own(), number);
    } else if (norm != null) {
      add(named, norm.block(), hiddenLayers() == 1 ? "" : Integer.toString(number));
    }
  }

  private static void addOwn(Map<String, Parameter> named, Block of, int layer) {
    of.getParameters()
        .forEach(each -> named.put("own" + layer + "." + each.getKey(), each.getValue()));
  }

  private static void add(Map<String, Parameter> named, Block of, String layer) {
    for (Parameter parameter : of.getParameters().values()) {
      String name =
          switch (parameter.getType()) {
            case GAMMA -> "scale";
            case BETA -> "shift";
            default -> parameter.getName();
          };
      if (named.put(name + layer, parameter) != null) {
        throw new IllegalStateException("Two parameters are called " + name + layer);
      }
    }
  }
}
