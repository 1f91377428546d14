package io.github.batchnormlab.nn.fast;

import static io.github.batchnormlab.nn.Blocks.normal;
import static io.github.batchnormlab.nn.fast.DisturbedBackward.assertClose;
import static io.github.batchnormlab.nn.fast.DisturbedBackward.backward;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.github.batchnormlab.FreedMemory;
import io.github.batchnormlab.nn.BatchNorm;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kernel against the definition: outputs, all gradients and the running statistics. */
class NativeBatchNormTest {
  private final NDManager manager = NDManager.newBaseManager();
  private final ParameterStore store = new ParameterStore(manager, false);

  @AfterEach
  void close() {
    manager.close();
  }

  private BatchNorm block(int replicas, int units, boolean population, double epsilon) {
    BatchNorm block =
        BatchNorm.builder()
            .optReplicas(replicas)
            .optPopulationVariance(population)
            .optEpsilon(epsilon)
            .build();
    block.initialize(manager, DataType.FLOAT64, new Shape(replicas, 2, units));
    return block;
  }

  private static void copy(BatchNorm from, BatchNorm to) {
    for (int i = 0; i < from.getParameters().size(); i++) {
      Parameter parameter = to.getParameters().valueAt(i);
      parameter.getArray().set(from.getParameters().valueAt(i).getArray().toDoubleArray());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 7, 3, false, 1e-6",
    "1, 7, 3, true, 1e-6",
    "1, 2, 5, false, 0.5",
    "1, 2, 5, true, 0.5",
    "3, 11, 4, false, 1e-3",
    "3, 11, 4, true, 1e-3",
    "2, 1, 3, true, 1e-3",
    "1, 500, 1, false, 1e-12"
  })
  void isTheDefinition(int replicas, int n, int units, boolean population, double epsilon) {
    BatchNorm definition = block(replicas, units, population, epsilon);
    for (Parameter parameter : definition.getParameters().values()) {
      parameter.getArray().set(normal(manager, parameter.getShape().size()).toDoubleArray());
    }
    BatchNorm twin = block(replicas, units, population, epsilon);
    copy(definition, twin);
    NativeBatchNorm fast = new NativeBatchNorm(twin);
    for (int step = 0; step < 3; step++) {
      NDArray z = normal(manager, replicas, n, units).mul(3).add(normal(manager, 1, 1, units));
      NDArray same = z.duplicate();
      NDArray factors = normal(manager, replicas, n, units);
      NDArray expected =
          backward(
              z,
              factors,
              x -> definition.forward(store, new NDList(x), true).singletonOrThrow(),
              () -> {});
      NDArray actual = backward(same, factors, x -> fast.forward(store, x), FreedMemory::overwrite);
      assertClose(expected, actual);
      assertClose(z.getGradient(), same.getGradient());
      assertClose(
          definition.scale().getArray().getGradient(), twin.scale().getArray().getGradient());
      assertClose(
          definition.shift().getArray().getGradient(), twin.shift().getArray().getGradient());
      assertClose(definition.runningMean().getArray(), twin.runningMean().getArray());
      assertClose(definition.runningStd().getArray(), twin.runningStd().getArray());
    }
  }

  /** In float32 the kernel rounds more than the definition does, the more so far from 0. */
  @ParameterizedTest
  @CsvSource({"128, 0, 2e-6", "10000, 0, 2e-5", "10000, 10, 2e-4"})
  void isLessExactInFloat32(int n, double mean, double bound) {
    NDArray z = normal(manager, 1, n, 4).add(mean);
    NDArray exact = new NativeBatchNorm(block(1, 4, false, 1e-6)).forward(store, z);
    BatchNorm single = BatchNorm.builder().optReplicas(1).build();
    single.initialize(manager, DataType.FLOAT32, new Shape(1, 2, 4));
    NDArray rounded = new NativeBatchNorm(single).forward(store, z.toType(DataType.FLOAT32, false));
    double[] values = exact.toDoubleArray();
    double[] differences = rounded.toType(DataType.FLOAT64, false).sub(exact).abs().toDoubleArray();
    double largest = Arrays.stream(values).map(Math::abs).max().orElseThrow();
    double worst = Arrays.stream(differences).max().orElseThrow() / largest;
    assertTrue(worst < bound, () -> worst + " of the largest");
  }

  @Test
  void oneSampleCannotDivideByNMinusOne() {
    NativeBatchNorm fast = new NativeBatchNorm(block(1, 3, false, 1e-6));
    NDArray z = normal(manager, 1, 1, 3);
    assertThrows(IllegalArgumentException.class, () -> fast.forward(store, z));
  }
}
