package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import io.github.batchnormlab.data.NumberStream;
import io.github.batchnormlab.engine.Autograd;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.model.Batch;
import io.github.batchnormlab.model.InitialWeights;
import io.github.batchnormlab.model.Network;
import io.github.batchnormlab.model.Piece;
import io.github.batchnormlab.model.Tap;
import io.github.batchnormlab.study.Activation;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Diagnostic;
import io.github.batchnormlab.study.Diagnostic.Quantity;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Looks inside a network while it trains, on a copy of its parameters, so that the training cannot
 * be disturbed. What a network lacks is not recorded.
 *
 * <p>A look must be cheap. The gradients are those of the first {@value Batch#MOST_ROWS} training
 * rows (all, with the default settings), or {@value #ROWS_OF_IMAGES} images, the smoothness is that
 * of the first {@value #ROWS_OF_SMOOTHNESS}, the distribution of z that of the first {@value
 * #ROWS_OF_Z}; the rows are in random order. Batch statistics are those of all rows where the
 * network takes rows in pieces, else those of the rows of the gradients.
 *
 * <p>The smoothness of the loss follows S. Santurkar, D. Tsipras, A. Ilyas and A. Madry, "How Does
 * Batch Normalization Help Optimization?", 2018: the loss, and the change of its gradient, after a
 * step against the gradient, over a range of step lengths.
 */
final class Probe implements AutoCloseable {
  /** The levels of the quantiles of z. */
  static final double[] LEVELS = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};

  /** The histogram of z has bins of width 0.5 from -6 to 6; what is outside is in the last bins. */
  private static final double HISTOGRAM_END = 6;

  private static final double BIN_WIDTH = 0.5;

  /** Multiples of the gradient of the loss per row, around the longest stable step. */
  static final double[] STEP_LENGTHS = {3e-4, 1e-3, 3e-3};

  private static final double SATURATED = 0.99;
  private static final double LINEAR = 0.1;

  /** Rows whose z are sorted and counted; the set is random, so any of its rows will do. */
  private static final int ROWS_OF_Z = 40;

  /** Rows of the gradients where they are images, which cost a hundred times as much. */
  private static final int ROWS_OF_IMAGES = 250;

  /** Rows of the loss along the gradient, which is computed four times. */
  private static final int ROWS_OF_SMOOTHNESS = 100;

  private final Arm arm;
  private final Replicas replicas;
  private final Network source;
  private final Network copy;
  private final NDManager manager;
  private final FlatParameters parameters;
  private final Map<String, NDArray> trained = new LinkedHashMap<>();
  private final ParameterStore store;
  private final Loss loss;
  private final boolean isTanh;
  private final Sample rowsOfGradients;
  private final Sample rowsOfSmoothness;
  private final Piece rowsOfJacobian;
  private List<Diagnostic> found = new ArrayList<>();
  private int epoch;

  /**
   * @param data the rows
   * @param loss the sum over rows of their losses
   * @param source the network that trains
   * @param copy the same network, not initialized
   */
  Probe(
      Settings settings,
      Arm arm,
      Replicas replicas,
      DeviceData data,
      Loss loss,
      Network source,
      Network copy) {
    this.loss = loss;
    isTanh = settings.net().activation() == Activation.TANH;
    DataType dataType = Values.dataType(settings.fit().precision());
    this.arm = arm;
    this.replicas = replicas;
    this.source = source;
    this.copy = copy;
    manager = Values.pytorch().newBaseManager(data.manager().getDevice());
    // Its weights will be others; but what draws some must not disturb who does so elsewhere.
    InitialWeights.seeded(
        settings.fit().seed(),
        () -> copy.block().initialize(manager, dataType, copy.inputShape(2)));
    parameters = FlatParameters.gather(copy.parameters().values(), manager);
    copy.parameters()
        .forEach(
            (name, parameter) -> {
              if (parameter.requiresGradient()) {
                trained.put(name, parameter.getArray());
              }
            });
    store = new ParameterStore(manager, false);
    // Cut from the whole, so that batch statistics are those of all rows where they can be.
    boolean isInRandomOrder = settings.table().testData().isEmpty();
    Batch all = data.train(copy);
    int rowsOfGradient = copy.hasConvolutions() ? ROWS_OF_IMAGES : Batch.MOST_ROWS;
    Piece most =
        isInRandomOrder
            ? first(all, rowsOfGradient)
            : some(all, data.trainX(), data.trainY(), rowsOfGradient);
    rowsOfGradients = new Sample(most, most.rows());
    rowsOfSmoothness =
        copy.takesPieces()
            ? new Sample(first(most, ROWS_OF_SMOOTHNESS), ROWS_OF_SMOOTHNESS)
            : new Sample(most, ROWS_OF_SMOOTHNESS);
    Batch allTests = copy.batch(data.testX(), data.testY(), false);
    Piece tests =
        isInRandomOrder
            ? first(allTests, ROWS_OF_SMOOTHNESS)
            : some(allTests, data.testX(), data.testY(), ROWS_OF_SMOOTHNESS);
    NDArray x = tests.x().duplicate();
    x.attach(manager);
    x.setRequiresGradient(true);
    rowsOfJacobian = new Piece(x, tests.y(), null, null);
  }

  /**
   * Rows to look at.
   *
   * @param piece goes through the network
   * @param most the first so many rows of it count, or all if there are fewer
   */
  private record Sample(Piece piece, int most) {
    int rows() {
      return Math.min(most, piece.rows());
    }

    NDList first(NDArray array) {
      return new NDList(
          rows() == piece.rows()
              ? array
              : array.get(new NDIndex().addAllDim().addSliceDim(0, rows())));
    }
  }

  /** The first rows of a batch, so many at most, with what belongs to the whole. */
  private static Piece first(Batch batch, int most) {
    return first(batch.pieces().get(0), most);
  }

  /** The same of rows that stand in the order of a file: some of them, in random order. */
  private Piece some(Batch batch, NDArray x, NDArray y, int most) {
    int rows = (int) x.getShape().get(1);
    int[] order = new NumberStream(0).permutation(rows);
    long[] kept = Arrays.stream(order).limit(Math.min(most, rows)).asLongStream().toArray();
    try (NDArray index = manager.create(kept)) {
      NDIndex some = new NDIndex(":, {}", index);
      NDArray keptX = x.get(some);
      NDArray keptY = y.get(some);
      keptX.attach(manager);
      keptY.attach(manager);
      return new Piece(keptX, new NDList(keptY), null, batch.pieces().get(0).moments());
    }
  }

  private static Piece first(Piece piece, int most) {
    int rows = Math.min(most, piece.rows());
    NDIndex first = new NDIndex().addAllDim().addSliceDim(0, rows);
    NDArray columns =
        piece.columns() == null ? null : piece.columns().get(new NDIndex(":, :, 0:" + rows));
    return new Piece(
        piece.x().get(first), new NDList(piece.y().head().get(first)), columns, piece.moments());
  }

  /** Looks at the network as it is now. */
  List<Diagnostic> look(int atEpoch) {
    epoch = atEpoch;
    found = new ArrayList<>();
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      takeParameters();
      jacobian(); // Before any training step, with which the running statistics may follow.
      Inside inside = new Inside();
      errorAndGradient(rowsOfGradients, inside);
      inside.z.forEach(this::hiddenInput);
      inside.affine.values().forEach(this::addWeights);
      inside.zeros.forEach((key, zero) -> addGradient(key, perRow(zero, rowsOfGradients)));
      gradients(rowsOfGradients).forEach(this::addGradient);
      smoothness();
    }
    return found;
  }

  private void takeParameters() {
    Map<String, Parameter> sources = source.parameters();
    copy.parameters()
        .forEach(
            (name, parameter) -> {
              if (!trained.containsKey(name)) { // Running statistics, and biases that stay.
                NDArray from = sources.get(name).getArray();
                parameter.getArray().set(new NDIndex(":"), from);
              }
            });
    NDList values = new NDList();
    trained.keySet().forEach(name -> values.add(flat(sources.get(name).getArray())));
    parameters.set(NDArrays.concat(values));
  }

  private static NDArray flat(NDArray array) {
    return array.stopGradient().reshape(-1);
  }

  /** Notes what goes on inside a network in one step. */
  private final class Inside implements Tap {
    /** The first rows of z by layer, (replicas, rows, units). */
    final Map<Integer, NDArray> z = new TreeMap<>();

    /** Zeros that are added to z by key: the gradient with respect to them is that of z. */
    final Map<String, NDArray> zeros = new LinkedHashMap<>();

    /** What the layers amount to, weight and bias, by layer. */
    final Map<Integer, Map<String, NDArray>> affine = new TreeMap<>();

    @Override
    public void affine(int layer, NDArray weight, NDArray bias) {
      Map<String, NDArray> named = new LinkedHashMap<>();
      named.put("weight" + layer, weight.stopGradient());
      if (bias != null) {
        named.put("bias" + layer, bias.stopGradient());
      }
      affine.put(layer, named);
    }

    @Override
    public NDArray input(int layer, NDArray value) {
      NDIndex first = new NDIndex().addAllDim().addSliceDim(0, Math.min(ROWS_OF_Z, rows(value)));
      z.put(layer, value.stopGradient().get(first));
      NDArray zero = value.stopGradient().zerosLike();
      zero.setRequiresGradient(true);
      zeros.put(key("z", layer), zero);
      return value.add(zero);
    }

    private long rows(NDArray value) {
      return value.getShape().get(1);
    }
  }

  private String key(Object key, int layer) {
    return Diagnostic.key(key, layer, copy.hiddenLayers());
  }

  /** The distribution of z on some rows. */
  private void hiddenInput(int layer, NDArray z) {
    double[] all = Values.of(z);
    int count = all.length / replicas.size();
    for (int i = 0; i < replicas.size(); i++) {
      double[] values = Arrays.copyOfRange(all, i * count, (i + 1) * count);
      Arrays.sort(values);
      for (double level : LEVELS) {
        add(i, Quantity.Z_QUANTILE, key(level, layer), quantile(values, level));
      }
      histogram(i, layer, values);
      if (!isTanh) {
        continue;
      }
      double saturation = 0.5 * Math.log((1 + SATURATED) / (1 - SATURATED));
      add(i, Quantity.SATURATED_SHARE, key("", layer), 1 - shareWithin(values, saturation));
      add(i, Quantity.LINEAR_SHARE, key("", layer), shareWithin(values, LINEAR));
    }
  }

  /** Linear interpolation between order statistics, as NumPy's default. */
  private static double quantile(double[] sorted, double level) {
    double position = level * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }

  private static double shareWithin(double[] values, double bound) {
    return (double) Arrays.stream(values).filter(z -> Math.abs(z) <= bound).count() / values.length;
  }

  private void histogram(int replica, int layer, double[] values) {
    int bins = (int) (2 * HISTOGRAM_END / BIN_WIDTH);
    int[] counts = new int[bins];
    for (double z : values) {
      int bin = (int) Math.floor((z + HISTOGRAM_END) / BIN_WIDTH);
      counts[Math.max(0, Math.min(bins - 1, bin))]++;
    }
    for (int bin = 0; bin < bins; bin++) {
      double middle = -HISTOGRAM_END + (bin + 0.5) * BIN_WIDTH;
      add(replica, Quantity.Z_HISTOGRAM, key(middle, layer), (double) counts[bin] / values.length);
    }
  }

  private void addWeights(Map<String, NDArray> affine) {
    affine.forEach(
        (key, values) -> {
          NDArray rows = values.reshape(replicas.size(), -1);
          int[] all = {1};
          add(Quantity.WEIGHT_NORM, key, Values.of(rows.square().sum(all).sqrt()));
          add(Quantity.WEIGHT_MIN, key, Values.of(rows.min(all)));
          add(Quantity.WEIGHT_MAX, key, Values.of(rows.max(all)));
        });
  }

  private void addGradient(String key, NDArray gradient) {
    add(Quantity.GRADIENT_NORM, key, Arrays.stream(squares(gradient)).map(Math::sqrt).toArray());
  }

  /**
   * The Frobenius norm of the Jacobian, row by row, and its mean over the rows: output by output,
   * the gradient of the sum over the rows, of which each has its own inputs.
   */
  private void jacobian() {
    NDArray x = rowsOfJacobian.x();
    try (Autograd gradients = new Autograd()) {
      NDArray predictions = copy.evaluate(store, rowsOfJacobian);
      NDArray squares = null;
      for (long output = 0; output < predictions.getShape().get(2); output++) {
        NDArray one = predictions.zerosLike();
        one.set(new NDIndex(":, :, " + output), 1);
        Autograd.zeroGradient(x);
        gradients.backward(predictions, one);
        NDArray ofOutput = x.getGradient().square().sum(new int[] {2});
        squares = squares == null ? ofOutput : squares.add(ofOutput);
      }
      add(Quantity.JACOBIAN_NORM, "", Values.of(squares.sqrt().mean(new int[] {1})));
    }
  }

  private void smoothness() {
    errorAndGradient(rowsOfSmoothness, null);
    Map<String, NDArray> gradients = gradients(rowsOfSmoothness);
    double[] squares = new double[replicas.size()];
    gradients.values().forEach(gradient -> addTo(squares, squares(gradient)));
    NDArray here = parameters.values().duplicate();
    NDArray direction = parameters.gradients().div(rowsOfSmoothness.rows());
    for (double length : STEP_LENGTHS) {
      parameters.values().subi(direction.mul(length));
      double[] errors = errorAndGradient(rowsOfSmoothness, null);
      double[] changes = new double[replicas.size()];
      gradients(rowsOfSmoothness)
          .forEach((key, gradient) -> addTo(changes, squares(gradient.sub(gradients.get(key)))));
      String key = Double.toString(length);
      Arrays.setAll(errors, i -> errors[i] / rowsOfSmoothness.rows());
      add(Quantity.LOSS_ALONG_GRADIENT, key, errors);
      Arrays.setAll(changes, i -> Math.sqrt(changes[i] / squares[i]));
      add(Quantity.GRADIENT_CHANGE, key, changes);
      parameters.set(here);
    }
  }

  /**
   * Runs forward and backward; returns the errors, and leaves the gradients behind.
   *
   * @param tap sees the inside, or null
   */
  private double[] errorAndGradient(Sample sample, Tap tap) {
    parameters.zeroGradients();
    Piece piece = sample.piece();
    try (Autograd gradients = new Autograd()) {
      NDArray predictions = tap == null ? copy.step(store, piece) : copy.step(store, piece, tap);
      NDArray error = loss.evaluate(sample.first(piece.y().head()), sample.first(predictions));
      gradients.backward(error);
      return Values.of(error);
    }
  }

  /** The gradient of the loss per row with respect to each parameter. */
  private Map<String, NDArray> gradients(Sample sample) {
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    trained.forEach((name, parameter) -> gradients.put(name, perRow(parameter, sample)));
    return gradients;
  }

  private static NDArray perRow(NDArray withGradient, Sample sample) {
    return withGradient.getGradient().div(sample.rows());
  }

  /** The sum of squares of each replica. */
  private double[] squares(NDArray array) {
    return Values.of(array.reshape(replicas.size(), -1).square().sum(new int[] {1}));
  }

  private static void addTo(double[] sums, double[] terms) {
    Arrays.setAll(sums, i -> sums[i] + terms[i]);
  }

  private void add(Quantity quantity, String key, double[] perReplica) {
    for (int i = 0; i < perReplica.length; i++) {
      add(i, quantity, key, perReplica[i]);
    }
  }

  private void add(int index, Quantity quantity, String key, double value) {
    found.add(new Diagnostic(arm, replicas.first() + index, epoch, quantity, key, value));
  }

  @Override
  public void close() {
    manager.close();
  }
}
