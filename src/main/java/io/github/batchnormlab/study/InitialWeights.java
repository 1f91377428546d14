package io.github.batchnormlab.study;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;

/**
 * The weights that every arm starts from: those that PyTorch draws on the CPU after {@code
 * torch.manual_seed(seed)}, from N(0, 1) in float64, in the order of the components.
 *
 * @param weight1 (3, hidden), row by row
 * @param bias1 (hidden), or empty without a bias
 * @param weight2 (hidden, 3), row by row
 * @param bias2 (3)
 */
record InitialWeights(double[] weight1, double[] bias1, double[] weight2, double[] bias2) {

  /** Draws them. PyTorch's generator is one for the whole process: call from one thread only. */
  static InitialWeights draw(int seed, int hidden, boolean bias) {
    Engine engine = Engine.getEngine("PyTorch");
    try (NDManager manager = engine.newBaseManager(ai.djl.Device.cpu())) {
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
