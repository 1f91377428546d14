package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.batchnormlab.engine.Constants;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Gradient descent on batches, in the precision of the parameters.
 *
 * <pre>
 * w ← w - η g
 * </pre>
 *
 * <p>It is {@code torch.optim.SGD(lr=η)}, without momentum and decay, and remembers nothing.
 */
final class Sgd extends ExactOptimizer {
  private final NDArray learningRate;

  /**
   * @param learningRate η
   * @param manager owns the constant
   */
  Sgd(double learningRate, NDManager manager) {
    super(new Empty());
    this.learningRate = Constants.lasting(manager, learningRate);
  }

  @Override
  void update(String parameterId, NDArray weight, List<NDArray> gradients) {
    NDArray gradient = FlatParameters.join(gradients).reshape(weight.getShape());
    weight.subi(gradient.muli(learningRate));
  }

  @Override
  String id() {
    return "sgd";
  }

  @Override
  Map<String, double[]> state(String parameterId) {
    return Map.of();
  }

  @Override
  void restore(String parameterId, NDArray weight, Function<String, double[]> named) {}
}
