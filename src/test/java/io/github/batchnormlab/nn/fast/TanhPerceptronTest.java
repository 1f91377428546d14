package io.github.batchnormlab.nn.fast;

import static io.github.batchnormlab.nn.Blocks.backward;
import static io.github.batchnormlab.nn.Blocks.forward;
import static io.github.batchnormlab.nn.Blocks.initialized;
import static io.github.batchnormlab.nn.Blocks.normal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import io.github.batchnormlab.nn.BatchNorm;
import io.github.batchnormlab.nn.Linear;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fast network against the same layers one after the other. */
class TanhPerceptronTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void agreesWithItsLayersOneAfterTheOther(boolean bias) {
    Linear hidden = Linear.builder().setUnits(8).optBias(bias).build();
    Linear output = Linear.builder().setUnits(2).optBias(bias).build();
    TanhPerceptron fast = initialized(new TanhPerceptron(hidden, null, output), manager, 30, 3);
    for (Pair<String, Parameter> parameter : fast.getParameters()) {
      NDArray array = parameter.getValue().getArray();
      array.set(normal(manager, array.getShape().getShape()).toDoubleArray());
    }
    NDArray x = normal(manager, 30, 3);
    NDArray factors = normal(manager, 30, 2);
    backward(fast, x, factors);
    double[][] gradients = gradientsAndReset(fast);

    SequentialBlock plain =
        new SequentialBlock().add(hidden).add(Activation.tanhBlock()).add(output);
    assertArrayEquals(
        forward(plain, x, true).toDoubleArray(), forward(fast, x, true).toDoubleArray(), 1e-13);
    backward(plain, x, factors);
    double[][] expected = gradientsAndReset(plain);
    assertEquals(expected.length, gradients.length);
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], gradients[i], 1e-11);
    }
  }

  private static TanhPerceptron withBatchNorm() {
    return new TanhPerceptron(
        Linear.builder().setUnits(4).build(),
        BatchNorm.builder().build(),
        Linear.builder().setUnits(2).build());
  }

  /** What is seen from inside is what the definitions give, and the prediction stays the same. */
  @Test
  void aStepCanBeSeenFromInside() {
    TanhPerceptron block = initialized(withBatchNorm(), manager, 10, 3);
    ParameterStore store = new ParameterStore(manager, false);
    NDArray x = normal(manager, 10, 3);
    NDArray prediction = forward(block, x, true);
    var piece = new TanhPerceptron.Piece(x, TanhPerceptron.columns(x), block.moments(x));
    NDArray[] seen = new NDArray[2];
    NDArray again =
        block.step(
            store, piece, (weight, bias) -> seen[0] = x.matMul(weight).add(bias), z -> seen[1] = z);
    assertArrayEquals(prediction.toDoubleArray(), again.toDoubleArray(), 1e-13);
    assertArrayEquals(seen[0].toDoubleArray(), seen[1].toDoubleArray(), 1e-13);
    // Batch norm in its first step: mean 0 and a variance of 1, less ε.
    assertArrayEquals(new double[4], seen[1].mean(new int[] {0}).toDoubleArray(), 1e-13);
  }

  private static double[][] gradientsAndReset(ai.djl.nn.Block block) {
    return block.getParameters().values().stream()
        .map(Parameter::getArray)
        .map(
            array -> {
              double[] gradient = array.getGradient().toDoubleArray();
              array.getGradient().muli(0);
              return gradient;
            })
        .toArray(double[][]::new);
  }

  /** tanh(z) = 2 σ(2z) - 1, over all magnitudes that a double's tanh tells from 0 and 1. */
  @Test
  void theLogisticFunctionGivesTanhToTwoRoundingsOfOne() {
    double[] z = IntStream.rangeClosed(-40_000, 40_000).mapToDouble(i -> i / 2000.0).toArray();
    NDArray values = manager.create(z, new Shape(z.length));
    double[] logistic = Activation.sigmoid(values.add(values)).toDoubleArray();
    for (int i = 0; i < z.length; i++) {
      assertEquals(Math.tanh(z[i]), 2 * logistic[i] - 1, 0x1p-51, "tanh(" + z[i] + ")");
    }
  }

  @Test
  void worksInFloat32() {
    TanhPerceptron block = withBatchNorm();
    block.initialize(manager, DataType.FLOAT32, new Shape(10, 3));
    NDArray x = normal(manager, 10, 3).toType(DataType.FLOAT32, false);
    assertEquals(DataType.FLOAT32, forward(block, x, true).getDataType());
  }
}
