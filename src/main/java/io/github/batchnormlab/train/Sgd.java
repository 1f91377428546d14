package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.batchnormlab.engine.Program;
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
  /** The operation of {@code torch.optim.SGD}, which rounds once where the processor can. */
  private static final String UPDATE =
      """
        def update(arrays, numbers):
          weight = arrays[0]
          flat = annotate(List[Tensor], [])
          for gradient in arrays[1:]:
            torch.append(flat, torch.flatten(gradient))
          torch.add_(weight, torch.view_as(torch.cat(flat), weight), alpha=-numbers[0])
          return arrays[0:1]
      """;

  private final double learningRate;
  private final Program program;

  /**
   * @param learningRate η
   * @param manager owns the program
   */
  Sgd(double learningRate, NDManager manager) {
    super(new Empty());
    this.learningRate = learningRate;
    program = new Program(manager, UPDATE);
  }

  @Override
  void update(String parameterId, NDArray weight, List<NDArray> gradients) {
    NDList arrays = new NDList(weight);
    arrays.addAll(gradients);
    // A number that the type cannot hold is refused there; such a step ends the training anyway.
    boolean isFloat = weight.getDataType() == DataType.FLOAT32;
    double most = isFloat ? Float.MAX_VALUE : Double.MAX_VALUE;
    program.run("update", arrays, Math.min(learningRate, most));
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
