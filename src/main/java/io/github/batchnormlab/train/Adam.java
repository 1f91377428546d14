package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import io.github.batchnormlab.engine.Constants;
import io.github.batchnormlab.engine.Values;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Adam with the arithmetic of PyTorch's, in the precision of the parameters.
 *
 * <pre>
 * m ← β₁ m + (1 - β₁) g
 * v ← β₂ v + (1 - β₂) g²
 * w ← w - η / (1 - β₁ᵗ) · m / (sqrt(v) / sqrt(1 - β₂ᵗ) + ε)
 * </pre>
 *
 * <p>DJL's own Adam keeps η and β as floats, adds ε elsewhere, and hides its state.
 *
 * <p>Source: D. P. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", 2015, in the
 * form of {@code torch.optim.Adam}.
 */
final class Adam extends ExactOptimizer {
  static final double BETA_1 = 0.9;
  static final double BETA_2 = 0.999;
  static final double EPSILON = 1e-8;

  private static final String MEAN = "mean";
  private static final String VARIANCE = "variance";
  private static final String STEPS = "steps";

  private final double learningRate;
  private final NDManager manager;
  private final Map<String, State> states = new LinkedHashMap<>();
  private final NDArray beta1;
  private final NDArray oneMinusBeta1;
  private final NDArray beta2;
  private final NDArray oneMinusBeta2;
  private final NDArray epsilon;

  /** What Adam remembers of one parameter. */
  private static final class State {
    final NDArray mean;
    final NDArray variance;
    int steps;

    State(NDArray mean, NDArray variance) {
      this.mean = mean;
      this.variance = variance;
    }
  }

  private Adam(double learningRate, NDManager manager) {
    super(new Empty());
    this.learningRate = learningRate;
    this.manager = manager;
    beta1 = Constants.lasting(manager, BETA_1);
    oneMinusBeta1 = Constants.lasting(manager, 1 - BETA_1);
    beta2 = Constants.lasting(manager, BETA_2);
    oneMinusBeta2 = Constants.lasting(manager, 1 - BETA_2);
    epsilon = Constants.lasting(manager, EPSILON);
  }

  /**
   * @param learningRate η
   * @param manager owns the moments
   */
  static Adam create(double learningRate, NDManager manager) {
    return new Adam(learningRate, manager);
  }

  @Override
  public void update(String parameterId, NDArray weight, NDArray gradient) {
    State state = states.computeIfAbsent(parameterId, id -> newState(weight));
    int t = ++state.steps;
    NDArray stepSize = manager.create(learningRate / (1 - Math.pow(BETA_1, t)));
    NDArray root = manager.create(Math.sqrt(1 - Math.pow(BETA_2, t)));
    state.mean.muli(beta1).addi(gradient.mul(oneMinusBeta1));
    state.variance.muli(beta2).addi(gradient.square().muli(oneMinusBeta2));
    NDArray denominator = state.variance.sqrt().divi(root).addi(epsilon);
    weight.subi(state.mean.div(denominator).muli(stepSize));
  }

  @Override
  String id() {
    return "adam";
  }

  /**
   * The mean and the variance of a parameter's gradients, and the number of steps; nothing before
   * the first step.
   */
  @Override
  Map<String, double[]> state(String parameterId) {
    State state = states.get(parameterId);
    if (state == null) {
      return Map.of();
    }
    Map<String, double[]> named = new LinkedHashMap<>();
    named.put(MEAN, Values.of(state.mean));
    named.put(VARIANCE, Values.of(state.variance));
    named.put(STEPS, new double[] {state.steps});
    return named;
  }

  @Override
  void restore(String parameterId, NDArray weight, Function<String, double[]> named) {
    double[] mean = named.apply(MEAN);
    double[] variance = named.apply(VARIANCE);
    double[] steps = named.apply(STEPS);
    if (mean == null || variance == null || steps == null || steps.length != 1) {
      throw new IllegalArgumentException("The state lacks the optimizer's moments");
    }
    State state = newState(weight);
    Values.fill(state.mean, mean);
    Values.fill(state.variance, variance);
    state.steps = (int) steps[0];
    states.put(parameterId, state);
  }

  /** Moments that outlive the scope of the epoch that asks for them first. */
  private State newState(NDArray weight) {
    return new State(zeros(weight), zeros(weight));
  }

  private NDArray zeros(NDArray like) {
    NDArray zeros = manager.zeros(like.getShape(), like.getDataType());
    NDScope.unregister(zeros);
    return zeros;
  }
}
