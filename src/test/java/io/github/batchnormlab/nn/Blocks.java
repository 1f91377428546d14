package io.github.batchnormlab.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.util.function.DoubleSupplier;

/** What the tests of blocks share. */
public final class Blocks {
  private Blocks() {}

  /** Initializes a block in float64. */
  public static <B extends Block> B initialized(B block, NDManager manager, long... inputShape) {
    block.initialize(manager, DataType.FLOAT64, new Shape(inputShape));
    return block;
  }

  /** The output of a block. */
  public static NDArray forward(Block block, NDArray x, boolean training) {
    ParameterStore store = new ParameterStore(x.getManager(), false);
    return block.forward(store, new NDList(x), training).singletonOrThrow();
  }

  /** The array of the first parameter whose name ends like this. */
  public static NDArray parameter(Block block, String name) {
    return block.getParameters().stream()
        .filter(pair -> pair.getKey().endsWith(name))
        .findFirst()
        .orElseThrow()
        .getValue()
        .getArray();
  }

  /** Draws from N(0, 1). */
  public static NDArray normal(NDManager manager, long... shape) {
    return manager.randomNormal(0, 1, new Shape(shape), DataType.FLOAT64);
  }

  /** A scalar that depends on each output in its own way, so that no gradient is zero. */
  public static NDArray mixed(NDArray output, NDArray factors) {
    return output.square().mul(factors).sum();
  }

  /** Runs forward and backward; the gradients are then with the arrays. */
  public static void backward(Block block, NDArray x, NDArray factors) {
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      collector.backward(mixed(forward(block, x, true), factors));
    }
  }

  /** Compares an array's gradient with central differences of {@code loss}. */
  public static void assertGradient(NDArray array, DoubleSupplier loss) {
    double[] gradient = array.getGradient().toDoubleArray();
    array.setRequiresGradient(false);
    NDArray flat = array.reshape(-1);
    double step = 1e-5;
    for (int i = 0; i < gradient.length; i++) {
      double value = flat.getDouble(i);
      flat.set(new NDIndex(i), value + step);
      double above = loss.getAsDouble();
      flat.set(new NDIndex(i), value - step);
      double below = loss.getAsDouble();
      flat.set(new NDIndex(i), value);
      double expected = (above - below) / (2 * step);
      assertEquals(expected, gradient[i], 1e-6 * Math.max(1, Math.abs(expected)), "element " + i);
    }
    array.setRequiresGradient(true);
  }
}
