package io.github.batchnormlab.study;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.github.batchnormlab.nn.LinearBatchNorm;
import io.github.batchnormlab.nn.SumOfSquaredErrors;
import io.github.batchnormlab.nn.TanhPerceptron;
import io.github.batchnormlab.study.Diagnostic.Quantity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks inside a network while it trains, on a copy of its parameters, so that the training cannot
 * be disturbed.
 *
 * <p>A look must be cheap. The gradients are those of the first {@value Pieces#LARGEST} training
 * points (all, with the default settings), the smoothness is that of the first {@value
 * #ROWS_OF_SMOOTHNESS}, the distribution of z that of the first {@value #ROWS_OF_Z}; the points are
 * in random order. Batch statistics are those of all points.
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

  /** Multiples of the gradient of the loss per point, around the longest stable step. */
  static final double[] STEP_LENGTHS = {3e-4, 1e-3, 3e-3};

  private static final double SATURATED = 0.99;
  private static final double LINEAR = 0.1;

  /** Points whose z are sorted and counted; the set is random, so any of its rows will do. */
  private static final int ROWS_OF_Z = 40;

  /** Points of the loss along the gradient, which is computed four times. */
  private static final int ROWS_OF_SMOOTHNESS = 100;

  private static final int[] UNITS_AND_ROWS = {1, 2};

  private final Arm arm;
  private final Group group;
  private final Block source;
  private final NDManager manager;
  private final TanhPerceptron copy;
  private final FlatParameters parameters;
  private final Map<String, NDArray> trained = new LinkedHashMap<>();
  private final ParameterStore store;
  private final SumOfSquaredErrors loss = new SumOfSquaredErrors();
  private final Sample rowsOfZ;
  private final Sample rowsOfSmoothness;
  private final Sample rowsOfGradients;
  private List<Diagnostic> found = new ArrayList<>();
  private int epoch;

  /**
   * @param source the network that trains
   * @param data its points
   */
  Probe(Settings settings, Arm arm, Group group, Device device, StudyData data, Block source) {
    this.arm = arm;
    this.group = group;
    this.source = source;
    manager = Engine.getEngine("PyTorch").newBaseManager(device);
    copy = Network.folded(arm, settings, group.size());
    copy.initialize(
        manager,
        settings.precision().dataType(),
        Network.inputShape(group.size(), settings.trainSize()));
    parameters = FlatParameters.gather(copy, manager);
    store = new ParameterStore(manager, false);
    name("1", copy.hidden());
    name("2", copy.output());
    NDList moments = new NDList();
    if (copy.hidden() instanceof LinearBatchNorm layer) {
      layer.setFollowing(false);
      moments.addAll(ArmTraining.moments(layer, data, manager));
    }
    rowsOfZ = sample(data, ROWS_OF_Z, moments);
    rowsOfSmoothness = sample(data, ROWS_OF_SMOOTHNESS, moments);
    rowsOfGradients = sample(data, Pieces.LARGEST, moments);
  }

  /**
   * Training points to look at.
   *
   * @param moments of all training points, or nothing without batch norm
   * @param columns of the points, as the network takes them last
   */
  private record Sample(NDArray points, NDList moments, NDArray columns, NDList targets, int rows) {
    NDList forHidden() {
      return new NDList(points).addAll(moments);
    }

    NDList inputs() {
      NDList inputs = forHidden();
      inputs.add(columns);
      return inputs;
    }
  }

  /** The first training points, so many at most. */
  private Sample sample(StudyData data, long most, NDList moments) {
    int rows = (int) Math.min(most, data.trainPoints().getShape().get(1));
    NDIndex first = new NDIndex().addAllDim().addSliceDim(0, rows);
    NDArray points = data.trainPoints().get(first);
    NDArray columns = TanhPerceptron.columns(points);
    NDArray targets = data.trainTargets().get(first);
    points.attach(manager);
    columns.attach(manager);
    targets.attach(manager);
    return new Sample(points, moments, columns, new NDList(targets), rows);
  }

  private void name(String layer, Block block) {
    for (Parameter parameter : block.getParameters().values()) {
      if (parameter.requiresGradient()) {
        String name = parameter.getName();
        boolean isLinear = name.equals("weight") || name.equals("bias");
        trained.put(isLinear ? name + layer : name, parameter.getArray());
      }
    }
  }

  /** Looks at the network as it is now. */
  List<Diagnostic> look(int atEpoch) {
    epoch = atEpoch;
    found = new ArrayList<>();
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      takeParameters();
      hiddenInput();
      effectiveWeights();
      hiddenGradient();
      gradients();
      smoothness();
    }
    return found;
  }

  /** All arms have the same parameters in the same order; only shapes and names differ. */
  private void takeParameters() {
    Iterator<Parameter> sources = source.getParameters().values().iterator();
    NDList values = new NDList();
    for (Parameter parameter : copy.getParameters().values()) {
      NDArray array = sources.next().getArray();
      if (parameter.requiresGradient()) {
        values.add(array.stopGradient().reshape(-1));
      }
    }
    parameters.set(NDArrays.concat(values));
  }

  private NDList affine() {
    return copy.hidden().affine(store, rowsOfZ.forHidden(), true);
  }

  /** [W'; b'] transposed: (replicas, hidden, 4). */
  private static NDArray withBias(NDList affine) {
    NDArray weight = affine.head();
    NDArray bias =
        affine.size() > 1 ? affine.get(1) : weight.get(new NDIndex(":, 0:1")).zerosLike();
    return weight.concat(bias, 1).swapAxes(1, 2);
  }

  /** The distribution of z on some points. */
  private void hiddenInput() {
    NDArray z = withBias(affine()).matMul(rowsOfZ.columns());
    double[] all = ArmTraining.doubles(z);
    int count = all.length / group.size();
    for (int i = 0; i < group.size(); i++) {
      double[] values = Arrays.copyOfRange(all, i * count, (i + 1) * count);
      Arrays.sort(values);
      for (double level : LEVELS) {
        add(i, Quantity.Z_QUANTILE, Double.toString(level), quantile(values, level));
      }
      histogram(i, values);
      double saturation = 0.5 * Math.log((1 + SATURATED) / (1 - SATURATED));
      add(i, Quantity.SATURATED_SHARE, "", 1 - shareWithin(values, saturation));
      add(i, Quantity.LINEAR_SHARE, "", shareWithin(values, LINEAR));
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

  private void histogram(int replica, double[] values) {
    int bins = (int) (2 * HISTOGRAM_END / BIN_WIDTH);
    int[] counts = new int[bins];
    for (double z : values) {
      int bin = (int) Math.floor((z + HISTOGRAM_END) / BIN_WIDTH);
      counts[Math.max(0, Math.min(bins - 1, bin))]++;
    }
    for (int bin = 0; bin < bins; bin++) {
      double middle = -HISTOGRAM_END + (bin + 0.5) * BIN_WIDTH;
      add(
          replica,
          Quantity.Z_HISTOGRAM,
          Double.toString(middle),
          (double) counts[bin] / values.length);
    }
  }

  private void effectiveWeights() {
    NDList hidden = affine();
    NDList output = copy.output().affine(store, rowsOfZ.forHidden(), true);
    addWeights("weight1", hidden.get(0));
    if (hidden.size() > 1) {
      addWeights("bias1", hidden.get(1));
    }
    addWeights("weight2", output.get(0));
    addWeights("bias2", output.get(1));
  }

  private void addWeights(String key, NDArray weights) {
    NDArray rows = weights.reshape(group.size(), -1);
    add(Quantity.WEIGHT_NORM, key, ArmTraining.doubles(rows.square().sum(new int[] {1}).sqrt()));
    add(Quantity.WEIGHT_MIN, key, ArmTraining.doubles(rows.min(new int[] {1})));
    add(Quantity.WEIGHT_MAX, key, ArmTraining.doubles(rows.max(new int[] {1})));
  }

  /**
   * The gradient with respect to z, by hand: with s = σ(2z), h = 2s - 1 and dh/dz = 4 s (1 - s).
   */
  private void hiddenGradient() {
    NDArray w = withBias(affine());
    NDList output = copy.output().affine(store, rowsOfZ.forHidden(), true);
    NDArray s = Activation.sigmoid(w.add(w).matMul(rowsOfGradients.columns()));
    NDArray h = s.add(s).subi(1);
    NDArray prediction = h.swapAxes(1, 2).matMul(output.get(0)).add(output.get(1));
    NDArray halfError = prediction.sub(rowsOfGradients.targets().singletonOrThrow());
    NDArray toOutput = output.get(0).matMul(halfError.swapAxes(1, 2));
    NDArray quarter = toOutput.mul(s.sub(s.square()));
    double factor = 2.0 * 4.0 / rowsOfGradients.rows();
    add(
        Quantity.GRADIENT_NORM,
        "z",
        Arrays.stream(ArmTraining.doubles(quarter.square().sum(UNITS_AND_ROWS)))
            .map(square -> factor * Math.sqrt(square))
            .toArray());
  }

  private void gradients() {
    errorAndGradient(rowsOfGradients);
    for (Map.Entry<String, NDArray> parameter : gradientsPerPoint(rowsOfGradients).entrySet()) {
      add(
          Quantity.GRADIENT_NORM,
          parameter.getKey(),
          Arrays.stream(squares(parameter.getValue())).map(Math::sqrt).toArray());
    }
  }

  private void smoothness() {
    errorAndGradient(rowsOfSmoothness);
    Map<String, NDArray> gradients = gradientsPerPoint(rowsOfSmoothness);
    double[] squares = new double[group.size()];
    gradients.values().forEach(gradient -> addTo(squares, squares(gradient)));
    NDArray here = parameters.values().duplicate();
    NDArray direction = parameters.gradients().div(rowsOfSmoothness.rows());
    for (double length : STEP_LENGTHS) {
      parameters.values().subi(direction.mul(length));
      double[] errors = errorAndGradient(rowsOfSmoothness);
      double[] changes = new double[group.size()];
      gradientsPerPoint(rowsOfSmoothness)
          .forEach((key, gradient) -> addTo(changes, squares(gradient.sub(gradients.get(key)))));
      String key = Double.toString(length);
      Arrays.setAll(errors, i -> errors[i] / rowsOfSmoothness.rows());
      add(Quantity.LOSS_ALONG_GRADIENT, key, errors);
      Arrays.setAll(changes, i -> Math.sqrt(changes[i] / squares[i]));
      add(Quantity.GRADIENT_CHANGE, key, changes);
      parameters.set(here);
    }
  }

  /** Runs forward and backward; returns the errors, and leaves the gradients behind. */
  private double[] errorAndGradient(Sample sample) {
    parameters.zeroGradients();
    try (NDScope scope = new NDScope();
        Autograd gradients = new Autograd()) {
      scope.suppressNotUsedWarning();
      NDArray error = loss.evaluate(sample.targets(), copy.forward(store, sample.inputs(), true));
      gradients.backward(error);
      return ArmTraining.doubles(error);
    }
  }

  /** The gradient of the loss per point with respect to each parameter. */
  private Map<String, NDArray> gradientsPerPoint(Sample sample) {
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    trained.forEach(
        (key, parameter) -> gradients.put(key, parameter.getGradient().div(sample.rows())));
    return gradients;
  }

  /** The sum of squares of each replica. */
  private double[] squares(NDArray array) {
    return ArmTraining.doubles(array.reshape(group.size(), -1).square().sum(new int[] {1}));
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
    found.add(new Diagnostic(arm, group.first() + index, epoch, quantity, key, value));
  }

  @Override
  public void close() {
    manager.close();
  }
}
