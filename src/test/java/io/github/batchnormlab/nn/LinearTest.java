package io.github.batchnormlab.nn;

import static io.github.batchnormlab.nn.Blocks.assertGradient;
import static io.github.batchnormlab.nn.Blocks.backward;
import static io.github.batchnormlab.nn.Blocks.forward;
import static io.github.batchnormlab.nn.Blocks.initialized;
import static io.github.batchnormlab.nn.Blocks.mixed;
import static io.github.batchnormlab.nn.Blocks.normal;
import static io.github.batchnormlab.nn.Blocks.parameter;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinearTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void multipliesAndAdds() {
    Linear block = initialized(Linear.builder().setUnits(2).build(), manager, 1, 3);
    parameter(block, "weight").set(new double[] {1, 2, 3, 4, 5, 6});
    parameter(block, "bias").set(new double[] {10, 20});
    NDArray x = manager.create(new double[] {1, 0, -1}, new Shape(1, 3));
    assertArrayEquals(new double[] {6, 16}, forward(block, x, false).toDoubleArray());
  }

  @Test
  void gradientsAreFiniteDifferencesOfTheLoss() {
    Linear block =
        initialized(Linear.builder().setUnits(2).optReplicas(2).build(), manager, 2, 4, 3);
    NDArray x = normal(manager, 2, 4, 3);
    NDArray factors = normal(manager, 2, 4, 2);
    x.setRequiresGradient(true);
    backward(block, x, factors);
    for (NDArray array : new NDArray[] {x, parameter(block, "weight"), parameter(block, "bias")}) {
      assertGradient(array, () -> mixed(forward(block, x, true), factors).getDouble());
    }
  }

  @Test
  void replicasHaveTheirOwnWeights() {
    Linear block =
        initialized(Linear.builder().setUnits(1).optReplicas(2).build(), manager, 2, 1, 1);
    parameter(block, "weight").set(new double[] {3, 5});
    parameter(block, "bias").set(new double[] {1, 2});
    NDArray x = manager.create(new double[] {10, 10}, new Shape(2, 1, 1));
    assertArrayEquals(new double[] {31, 52}, forward(block, x, false).toDoubleArray());
  }

  @Test
  void theBiasCanBeSwitchedOff() {
    Linear block = initialized(Linear.builder().setUnits(2).optBias(false).build(), manager, 1, 3);
    assertEquals(1, block.getParameters().size());
    assertEquals("Linear(units=2, no bias)", block.toString());
  }

  @Test
  void aSavedLayerComputesTheSameWhenLoaded() throws Exception {
    Linear block = initialized(Linear.builder().setUnits(2).build(), manager, 4, 3);
    var bytes = new ByteArrayOutputStream();
    block.saveParameters(new DataOutputStream(bytes));
    Linear loaded = Linear.builder().setUnits(2).build();
    loaded.loadParameters(
        manager, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    NDArray x = normal(manager, 4, 3);
    assertArrayEquals(
        forward(block, x, false).toDoubleArray(), forward(loaded, x, false).toDoubleArray());
  }

  @Test
  void refusesWhatMakesNoLayer() {
    assertThrows(IllegalArgumentException.class, () -> Linear.builder().build());
    assertThrows(
        IllegalArgumentException.class, () -> Linear.builder().setUnits(1).optReplicas(-1).build());
  }
}
