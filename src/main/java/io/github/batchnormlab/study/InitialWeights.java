package io.github.batchnormlab.study;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The weights that every arm starts from: those that PyTorch draws on the CPU after {@code
 * torch.manual_seed(seed)}, from N(0, 1) in float64, in the order of the components.
 *
 * <p>Where several replicas train together, theirs stand one behind the other.
 *
 * @param weight1 (replicas, 3, hidden), row by row
 * @param bias1 (replicas, hidden), or empty without a bias
 * @param weight2 (replicas, hidden, 3), row by row
 * @param bias2 (replicas, 3)
 */
record InitialWeights(double[] weight1, double[] bias1, double[] weight2, double[] bias2) {

  /** Draws those of the replicas of a group, each from its own seed; from one thread only. */
  static InitialWeights draw(Settings settings, Group group) {
    List<InitialWeights> replicas =
        IntStream.range(group.first(), group.end())
            .mapToObj(
                replica -> draw(settings.seed() + replica, settings.hidden(), settings.bias()))
            .toList();
    return new InitialWeights(
        join(replicas, InitialWeights::weight1),
        join(replicas, InitialWeights::bias1),
        join(replicas, InitialWeights::weight2),
        join(replicas, InitialWeights::bias2));
  }

  private static double[] join(
      List<InitialWeights> replicas, Function<InitialWeights, double[]> component) {
    return replicas.stream().map(component).flatMapToDouble(Arrays::stream).toArray();
  }

  /**
   * Draws one replica's. PyTorch's generator is one for the whole process: call from one thread
   * only.
   */
  static InitialWeights draw(int seed, int hidden, boolean bias) {
    Engine engine = Engine.getEngine("PyTorch");
    try (NDManager manager = engine.newBaseManager(Device.cpu())) {
      engine.setRandomSeed(seed);
      return new InitialWeights(
          normal(manager, Network.INPUTS, hidden),
          bias ? normal(manager, hidden) : new double[0],
          normal(manager, hidden, Network.OUTPUTS),
          normal(manager, Network.OUTPUTS));
    }
  }

  private static double[] normal(NDManager manager, long... shape) {
    try (NDArray values = manager.randomNormal(0, 1, new Shape(shape), DataType.FLOAT64)) {
      return values.toDoubleArray();
    }
  }

  /** An initializer that sets a parameter to {@code values}, in memory of its own. */
  static Initializer of(double[] values) {
    return (manager, shape, dataType) -> {
      try (NDArray borrowed = manager.create(values, shape);
          NDArray typed = borrowed.toType(dataType, false)) {
        return typed.duplicate();
      }
    };
  }
}
