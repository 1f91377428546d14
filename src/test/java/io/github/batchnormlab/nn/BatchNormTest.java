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
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchNormTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** The column 1, 2, 6 has mean 3, squares of differences 4 + 1 + 9 = 14. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void followsTheFormulaOnSmallNumbers(boolean population) {
    BatchNorm block =
        initialized(
            BatchNorm.builder()
                .optLambda(0.75)
                .optEpsilon(0.5)
                .optPopulationVariance(population)
                .build(),
            manager,
            3,
            1);
    parameter(block, "scale").set(new double[] {2});
    parameter(block, "shift").set(new double[] {10});
    NDArray x = manager.create(new double[] {1, 2, 6}, new Shape(3, 1));

    double std = Math.sqrt(14.0 / (population ? 3 : 2) + 0.5);
    assertArrayEquals(
        new double[] {-2 / std * 2 + 10, -1 / std * 2 + 10, 3 / std * 2 + 10},
        forward(block, x, true).toDoubleArray(),
        1e-14);
    assertEquals(0.25 * 3, parameter(block, "runningMean").getDouble(0), 1e-15);
    assertEquals(0.75 + 0.25 * std, parameter(block, "runningStd").getDouble(0), 1e-15);
  }

  @Test
  void runningStatisticsAreExponentialMeansOfTheBatches() {
    BatchNorm block = initialized(BatchNorm.builder().build(), manager, 4, 2);
    double mean = 0;
    double std = 1;
    for (int step = 0; step < 5; step++) {
      NDArray x = normal(manager, 4, 2);
      forward(block, x, true);
      double[] column = x.get(":, 1").toDoubleArray();
      double batchMean = (column[0] + column[1] + column[2] + column[3]) / 4;
      double squares = 0;
      for (double value : column) {
        squares += (value - batchMean) * (value - batchMean);
      }
      mean = 0.9 * mean + 0.1 * batchMean;
      std = 0.9 * std + 0.1 * Math.sqrt(squares / 3 + 1e-6);
      assertEquals(mean, parameter(block, "runningMean").getDouble(1), 1e-15);
      assertEquals(std, parameter(block, "runningStd").getDouble(1), 1e-15);
    }
  }

  @Test
  void evaluationUsesTheRunningStatisticsAndLeavesThemAlone() {
    BatchNorm block = initialized(BatchNorm.builder().build(), manager, 8, 2);
    forward(block, normal(manager, 8, 2).mul(3).add(5), true);
    parameter(block, "scale").set(new double[] {2, 4});
    parameter(block, "shift").set(new double[] {-1, 1});
    double[] mean = parameter(block, "runningMean").toDoubleArray();
    double[] std = parameter(block, "runningStd").toDoubleArray();
    double[] y =
        forward(block, manager.create(new double[] {7, 8}, new Shape(1, 2)), false).toDoubleArray();
    assertEquals((7 - mean[0]) / std[0] * 2 - 1, y[0], 1e-14);
    assertEquals((8 - mean[1]) / std[1] * 4 + 1, y[1], 1e-14);
    assertArrayEquals(mean, parameter(block, "runningMean").toDoubleArray());
    assertArrayEquals(std, parameter(block, "runningStd").toDoubleArray());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsAreFiniteDifferencesOfTheLoss(boolean population) {
    BatchNorm block =
        initialized(BatchNorm.builder().optPopulationVariance(population).build(), manager, 5, 3);
    NDArray x = normal(manager, 5, 3);
    NDArray factors = normal(manager, 5, 3);
    x.setRequiresGradient(true);
    backward(block, x, factors);
    for (NDArray array : new NDArray[] {x, parameter(block, "scale"), parameter(block, "shift")}) {
      assertGradient(array, () -> mixed(forward(block, x, true), factors).getDouble());
    }
  }

  @Test
  void runningStatisticsCarryNoGradient() {
    BatchNorm block = initialized(BatchNorm.builder().build(), manager, 5, 3);
    backward(block, normal(manager, 5, 3), normal(manager, 5, 3));
    assertFalse(parameter(block, "runningMean").hasGradient());
    assertFalse(parameter(block, "runningStd").hasGradient());
    assertTrue(parameter(block, "scale").hasGradient());
  }

  /** Both divide by n; ε is float in DJL's, and 2⁻¹⁷ has no rounding. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void agreesWithDjlsOwnLayer(int dimension) {
    long[] shape = dimension == 2 ? new long[] {16, 3} : new long[] {4, 3, 5, 2};
    BatchNorm ours =
        initialized(
            BatchNorm.builder().optEpsilon(0x1p-17).optPopulationVariance(true).build(),
            manager,
            shape);
    var theirs =
        initialized(
            ai.djl.nn.norm.BatchNorm.builder().optEpsilon(0x1p-17f).build(), manager, shape);
    NDArray x = normal(manager, shape);
    NDArray twin = x.duplicate();
    NDArray factors = normal(manager, shape);
    for (var block : new ai.djl.nn.Block[] {ours, theirs}) {
      parameter(block, block == ours ? "scale" : "gamma").set(new double[] {1, 2, 3});
      parameter(block, block == ours ? "shift" : "beta").set(new double[] {3, -2, 1});
    }
    x.setRequiresGradient(true);
    twin.setRequiresGradient(true);
    assertArrayEquals(
        forward(theirs, twin, true).toDoubleArray(), forward(ours, x, true).toDoubleArray(), 1e-13);
    backward(ours, x, factors);
    backward(theirs, twin, factors);
    assertArrayEquals(twin.getGradient().toDoubleArray(), x.getGradient().toDoubleArray(), 1e-11);
    assertArrayEquals(
        parameter(theirs, "gamma").getGradient().toDoubleArray(),
        parameter(ours, "scale").getGradient().toDoubleArray(),
        1e-11);
  }

  @Test
  void replicasAreIndependent() {
    BatchNorm together = initialized(BatchNorm.builder().optReplicas(2).build(), manager, 2, 6, 3);
    NDArray x = normal(manager, 2, 6, 3);
    NDArray y = forward(together, x, true);
    for (int replica = 0; replica < 2; replica++) {
      BatchNorm alone = initialized(BatchNorm.builder().build(), manager, 6, 3);
      assertArrayEquals(
          forward(alone, x.get(replica), true).toDoubleArray(),
          y.get(replica).toDoubleArray(),
          1e-14);
      assertArrayEquals(
          parameter(alone, "runningStd").toDoubleArray(),
          parameter(together, "runningStd").get(replica).toDoubleArray(),
          1e-15);
    }
  }

  @Test
  void aSavedBlockEvaluatesTheSameWhenLoaded() throws Exception {
    BatchNorm block =
        initialized(BatchNorm.builder().optLambda(0.5).optEpsilon(0.25).build(), manager, 8, 3);
    NDArray x = normal(manager, 8, 3);
    forward(block, x, true);
    var bytes = new ByteArrayOutputStream();
    block.saveParameters(new DataOutputStream(bytes));
    BatchNorm loaded = BatchNorm.builder().build();
    loaded.loadParameters(manager, input(bytes.toByteArray()));
    assertArrayEquals(
        forward(block, x, false).toDoubleArray(), forward(loaded, x, false).toDoubleArray());
    assertArrayEquals(
        forward(block, x, true).toDoubleArray(), forward(loaded, x, true).toDoubleArray());
    assertEquals(block.toString(), loaded.toString());
  }

  @Test
  void refusesParametersOfAnotherVersion() throws IOException {
    BatchNorm block = initialized(BatchNorm.builder().build(), manager, 8, 3);
    var bytes = new ByteArrayOutputStream();
    block.saveParameters(new DataOutputStream(bytes));
    byte[] altered = bytes.toByteArray();
    altered[0] = 9;
    assertThrows(
        MalformedModelException.class,
        () -> BatchNorm.builder().build().loadParameters(manager, input(altered)));
  }

  private static DataInputStream input(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  @Test
  void oneSampleCannotDivideByNMinusOne() {
    BatchNorm block = initialized(BatchNorm.builder().build(), manager, 1, 3);
    NDArray x = normal(manager, 1, 3);
    var error = assertThrows(IllegalArgumentException.class, () -> forward(block, x, true));
    assertTrue(error.getMessage().contains("n - 1 needs at least 2"), error.getMessage());
    forward(block, x, false);
  }

  @Test
  void oneSampleCanDivideByN() {
    BatchNorm block =
        initialized(BatchNorm.builder().optPopulationVariance(true).build(), manager, 1, 3);
    assertArrayEquals(new double[3], forward(block, normal(manager, 1, 3), true).toDoubleArray());
  }

  @Test
  void worksInFloat32() {
    BatchNorm block = BatchNorm.builder().build();
    block.initialize(manager, DataType.FLOAT32, new Shape(4, 2));
    NDArray x = normal(manager, 4, 2).toType(DataType.FLOAT32, false);
    NDArray y = forward(block, x, true);
    assertEquals(DataType.FLOAT32, y.getDataType());
    assertEquals(0, y.mean().getFloat(), 1e-6);
  }

  @Test
  void saysWhatItIs() {
    assertEquals(
        "BatchNorm(lambda=0.9, epsilon=1.0E-6, variance divides by n - 1)",
        BatchNorm.builder().build().toString());
    assertEquals(
        "BatchNorm(lambda=0.9, epsilon=1.0E-6, variance divides by n, replicas=3)",
        BatchNorm.builder().optPopulationVariance(true).optReplicas(3).build().toString());
  }

  @Test
  void refusesWhatMakesNoBlock() {
    assertThrows(IllegalArgumentException.class, () -> BatchNorm.builder().optLambda(1).build());
    assertThrows(IllegalArgumentException.class, () -> BatchNorm.builder().optEpsilon(0).build());
    assertThrows(IllegalArgumentException.class, () -> BatchNorm.builder().optReplicas(-1).build());
    assertThrows(
        IllegalArgumentException.class, () -> initialized(BatchNorm.builder().build(), manager, 3));
  }
}
