package io.github.batchnormlab.nn.fast;

import static io.github.batchnormlab.nn.Blocks.mixed;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/** A block's outputs and gradients, and how they are compared. */
final class DisturbedBackward {
  private DisturbedBackward() {}

  /**
   * Runs forward and backward, so that {@code z} has its gradient.
   *
   * @param between what is done between the two
   * @return the output
   */
  static NDArray backward(
      NDArray z, NDArray factors, UnaryOperator<NDArray> forward, Runnable between) {
    z.setRequiresGradient(true);
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray output = forward.apply(z);
      NDArray mixed = mixed(output, factors);
      between.run();
      collector.backward(mixed);
      return output.stopGradient();
    }
  }

  /** Equal to 1e-12 of the largest value, or of 1. */
  static void assertClose(NDArray expected, NDArray actual) {
    double[] values = expected.toDoubleArray();
    double largest = Math.max(1, Arrays.stream(values).map(Math::abs).max().orElseThrow());
    assertArrayEquals(values, actual.toDoubleArray(), 1e-12 * largest);
  }
}
