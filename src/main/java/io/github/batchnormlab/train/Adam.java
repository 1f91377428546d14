package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.batchnormlab.engine.Program;
import io.github.batchnormlab.engine.Values;
import java.util.LinkedHashMap;
import java.util.List;
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

  /** PyTorch's own kernel for all of it: {@code torch.optim.Adam} with {@code fused=True}. */
  private static final String UPDATE =
      """
        def update(arrays, numbers):
          weight, mean, variance, steps = arrays[0:1], arrays[1:2], arrays[2:3], arrays[3:4]
          flat = annotate(List[Tensor], [])
          for gradient in arrays[4:]:
            torch.append(flat, torch.flatten(gradient))
          torch.add_(steps[0], 1)
          torch._fused_adam_(weight, [torch.view_as(torch.cat(flat), weight[0])], mean, variance,
              annotate(List[Tensor], []), steps, lr=numbers[0], beta1=numbers[1], beta2=numbers[2],
              weight_decay=0., eps=numbers[3], amsgrad=False, maximize=False)
          return arrays[:0]
      """;

  private final double learningRate;
  private final NDManager manager;
  private final Program program;
  private final Map<String, State> states = new LinkedHashMap<>();

  /**
   * What Adam remembers of one parameter.
   *
   * @param mean m
   * @param variance v
   * @param steps t, a float32 scalar as the kernel takes it
   */
  private record State(NDArray mean, NDArray variance, NDArray steps) {}

  private Adam(double learningRate, NDManager manager) {
    super(new Empty());
    this.learningRate = learningRate;
    this.manager = manager;
    program = new Program(manager, UPDATE);
  }

  /**
   * @param learningRate η
   * @param manager owns the moments
   */
  static Adam create(double learningRate, NDManager manager) {
    return new Adam(learningRate, manager);
  }

  @Override
  void update(String parameterId, NDArray weight, List<NDArray> gradients) {
    State state = states.computeIfAbsent(parameterId, id -> newState(weight));
    NDList arrays = new NDList(weight, state.mean, state.variance, state.steps);
    arrays.addAll(gradients);
    program.run("update", arrays, learningRate, BETA_1, BETA_2, EPSILON);
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
    named.put(STEPS, Values.of(state.steps));
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
    Values.fill(state.steps, steps);
    states.put(parameterId, state);
  }

  /** Moments that outlive the scope of the epoch that asks for them first. */
  private State newState(NDArray weight) {
    return new State(
        zeros(weight.getShape(), weight.getDataType()),
        zeros(weight.getShape(), weight.getDataType()),
        zeros(new Shape(), DataType.FLOAT32));
  }

  private NDArray zeros(Shape shape, DataType type) {
    NDArray zeros = manager.zeros(shape, type);
    NDScope.unregister(zeros);
    return zeros;
  }
}
