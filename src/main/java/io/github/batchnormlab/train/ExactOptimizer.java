package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.optimizer.Optimizer;
import io.github.batchnormlab.study.Settings;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * An optimizer in the precision of the parameters, whose state can be taken and put back.
 *
 * <p>DJL's own keep their settings as floats and hide their state.
 */
abstract class ExactOptimizer extends Optimizer {

  /**
   * @param builder any
   */
  ExactOptimizer(OptimizerBuilder<?> builder) {
    super(builder);
  }

  /**
   * The optimizer of a study.
   *
   * @param manager owns what it remembers
   */
  static ExactOptimizer of(Settings.Fit fit, NDManager manager) {
    return switch (fit.optimizer()) {
      case ADAM -> Adam.create(fit.learningRate(), manager);
      case SGD -> new Sgd(fit.learningRate(), manager);
    };
  }

  /**
   * Makes a step.
   *
   * @param parameterId names the weight
   * @param gradients their values, one array's behind the other's, are those of the weight
   */
  abstract void update(String parameterId, NDArray weight, List<NDArray> gradients);

  @Override
  public final void update(String parameterId, NDArray weight, NDArray gradient) {
    update(parameterId, weight, List.of(gradient));
  }

  /** The name in states. */
  abstract String id();

  /** What is remembered of a parameter, by name. */
  abstract Map<String, double[]> state(String parameterId);

  /**
   * Goes on from what {@link #state} gave.
   *
   * @param named gives the values of a name, or null
   * @throws IllegalArgumentException if they are not those of such a parameter
   */
  abstract void restore(String parameterId, NDArray weight, Function<String, double[]> named);

  /** Builders of DJL's hold settings that nobody here needs. */
  static final class Empty extends OptimizerBuilder<Empty> {
    @Override
    protected Empty self() {
      return this;
    }
  }
}
