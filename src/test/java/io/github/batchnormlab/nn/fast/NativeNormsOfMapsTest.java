package io.github.batchnormlab.nn.fast;

import static io.github.batchnormlab.nn.Blocks.normal;
import static io.github.batchnormlab.nn.fast.DisturbedBackward.assertClose;
import static io.github.batchnormlab.nn.fast.DisturbedBackward.backward;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.github.batchnormlab.FreedMemory;
import io.github.batchnormlab.nn.BatchNorm;
import io.github.batchnormlab.nn.LayerNorm;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On feature maps too the kernels are the definitions: outputs and all gradients. */
class NativeNormsOfMapsTest {
  private static final Shape MAPS = new Shape(6, 3, 4, 5);
  private static final int VALUES = 60;

  private final NDManager manager = NDManager.newBaseManager();
  private final ParameterStore store = new ParameterStore(manager, false);

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray maps() {
    long[] shape = MAPS.getShape();
    return normal(manager, shape).mul(3).add(normal(manager, 1, shape[1], 1, 1));
  }

  /** Two blocks with the same parameters, which are not those that they begin with. */
  private void fill(Block one, Block other, Shape input) {
    one.initialize(manager, DataType.FLOAT64, input);
    other.initialize(manager, DataType.FLOAT64, input);
    for (int i = 0; i < one.getParameters().size(); i++) {
      Parameter parameter = one.getParameters().valueAt(i);
      double[] values = normal(manager, parameter.getShape().size()).toDoubleArray();
      parameter.getArray().set(values);
      other.getParameters().valueAt(i).getArray().set(values);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void batchNormIsOfEachChannel(boolean population) {
    BatchNorm definition = BatchNorm.builder().optPopulationVariance(population).build();
    BatchNorm twin = BatchNorm.builder().optPopulationVariance(population).build();
    fill(definition, twin, MAPS);
    NativeBatchNorm kernel = new NativeBatchNorm(twin);
    assertSame(
        definition,
        twin,
        x -> definition.forward(store, new NDList(x), true).singletonOrThrow(),
        x -> kernel.forward(store, x));
    assertClose(definition.runningMean().getArray(), twin.runningMean().getArray());
    assertClose(definition.runningStd().getArray(), twin.runningStd().getArray());
  }

  @Test
  void layerNormIsOfEachImage() {
    LayerNorm definition = LayerNorm.builder().optEpsilon(1e-3).build();
    LayerNorm twin = LayerNorm.builder().optEpsilon(1e-3).build();
    fill(definition, twin, new Shape(MAPS.get(0), VALUES));
    NativeLayerNorm kernel = new NativeLayerNorm(twin);
    assertSame(
        definition,
        twin,
        x ->
            definition
                .forward(store, new NDList(x.reshape(-1, VALUES)), true)
                .singletonOrThrow()
                .reshape(MAPS),
        x -> kernel.forward(store, x));
  }

  private void assertSame(
      Block one, Block other, UnaryOperator<NDArray> definition, UnaryOperator<NDArray> kernel) {
    NDArray z = maps();
    NDArray same = z.duplicate();
    NDArray factors = normal(manager, MAPS.getShape());
    NDArray expected = backward(z, factors, definition, () -> {});
    NDArray actual = backward(same, factors, kernel, FreedMemory::overwrite);
    assertClose(expected, actual);
    assertClose(z.getGradient(), same.getGradient());
    for (int i = 0; i < one.getParameters().size(); i++) {
      Parameter parameter = one.getParameters().valueAt(i);
      if (parameter.requiresGradient()) {
        assertClose(
            parameter.getArray().getGradient(),
            other.getParameters().valueAt(i).getArray().getGradient());
      }
    }
  }
}
