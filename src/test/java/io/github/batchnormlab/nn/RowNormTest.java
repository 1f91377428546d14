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
import org.junit.jupiter.params.provider.EnumSource;

/** Layer and RMS normalization: what holds for both, and then the formula of each. */
class RowNormTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** The two blocks. */
  enum Kind {
    LAYER,
    RMS;

    RowNorm build(double epsilon, int replicas) {
      return this == LAYER
          ? LayerNorm.builder().optEpsilon(epsilon).optReplicas(replicas).build()
          : RmsNorm.builder().optEpsilon(epsilon).optReplicas(replicas).build();
    }

    RowNorm build() {
      return this == LAYER ? LayerNorm.builder().build() : RmsNorm.builder().build();
    }
  }

  /** The row 1, 2, 6 has mean 3, squares of differences 4 + 1 + 9 = 14. */
  @Test
  void layerNormFollowsItsFormulaOnSmallNumbers() {
    LayerNorm block = initialized(LayerNorm.builder().optEpsilon(0.5).build(), manager, 2, 3);
    parameter(block, "scale").set(new double[] {2, 3, 5});
    parameter(block, "shift").set(new double[] {10, 20, 30});
    NDArray x = manager.create(new double[] {1, 2, 6, 7, 7, 7}, new Shape(2, 3));

    double std = Math.sqrt(14.0 / 3 + 0.5);
    assertArrayEquals(
        new double[] {-2 / std * 2 + 10, -1 / std * 3 + 20, 3 / std * 5 + 30, 10, 20, 30},
        forward(block, x, true).toDoubleArray(),
        1e-14);
  }

  /** The row 1, 2, 6 has squares 1 + 4 + 36 = 41. */
  @Test
  void rmsNormFollowsItsFormulaOnSmallNumbers() {
    RmsNorm block = initialized(RmsNorm.builder().optEpsilon(0.5).build(), manager, 2, 3);
    parameter(block, "scale").set(new double[] {2, 3, 5});
    NDArray x = manager.create(new double[] {1, 2, 6, 0, 0, 0}, new Shape(2, 3));

    double root = Math.sqrt(41.0 / 3 + 0.5);
    assertArrayEquals(
        new double[] {1 / root * 2, 2 / root * 3, 6 / root * 5, 0, 0, 0},
        forward(block, x, true).toDoubleArray(),
        1e-15);
  }

  @Test
  void scalesStartFromOnesAndShiftsFromZeros() {
    LayerNorm layer = initialized(LayerNorm.builder().build(), manager, 4, 3);
    RmsNorm rms = initialized(RmsNorm.builder().build(), manager, 4, 3);
    assertArrayEquals(new double[] {1, 1, 1}, layer.scale().getArray().toDoubleArray());
    assertArrayEquals(new double[] {0, 0, 0}, layer.shift().getArray().toDoubleArray());
    assertArrayEquals(new double[] {1, 1, 1}, rms.scale().getArray().toDoubleArray());
    assertEquals(1, rms.getParameters().size(), "RMS norm has no shift");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void trainingAndEvaluationAreTheSame(Kind kind) {
    RowNorm block = initialized(kind.build(), manager, 5, 3);
    NDArray x = normal(manager, 5, 3);
    assertArrayEquals(
        forward(block, x, true).toDoubleArray(), forward(block, x, false).toDoubleArray());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aRowKnowsNothingOfTheOthers(Kind kind) {
    RowNorm block = initialized(kind.build(), manager, 5, 3);
    NDArray x = normal(manager, 5, 3);
    assertArrayEquals(
        forward(block, x, true).get("2:3").toDoubleArray(),
        forward(block, x.get("2:3"), true).toDoubleArray());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void gradientsAreFiniteDifferencesOfTheLoss(Kind kind) {
    for (int replicas : new int[] {0, 2}) {
      long[] shape = replicas == 0 ? new long[] {5, 4} : new long[] {2, 5, 4};
      RowNorm block = initialized(kind.build(0.01, replicas), manager, shape);
      NDArray x = normal(manager, shape);
      NDArray factors = normal(manager, shape);
      x.setRequiresGradient(true);
      backward(block, x, factors);
      assertGradient(x, () -> mixed(forward(block, x, true), factors).getDouble());
      for (var learned : block.getParameters().values()) {
        assertGradient(
            learned.getArray(), () -> mixed(forward(block, x, true), factors).getDouble());
      }
    }
  }

  /** DJL's ε is a float, and 2⁻¹⁷ has no rounding. */
  @Test
  void layerNormAgreesWithDjlsOwnLayer() {
    LayerNorm ours =
        initialized(LayerNorm.builder().optEpsilon(0x1p-17).build(), manager, 2, 16, 3);
    var theirs =
        initialized(
            ai.djl.nn.norm.LayerNorm.builder().axis(2).optEpsilon(0x1p-17f).build(),
            manager,
            2,
            16,
            3);
    for (var block : new ai.djl.nn.Block[] {ours, theirs}) {
      parameter(block, block == ours ? "scale" : "gamma").set(new double[] {1, 2, 3});
      parameter(block, block == ours ? "shift" : "beta").set(new double[] {3, -2, 1});
    }
    NDArray x = normal(manager, 2, 16, 3);
    NDArray twin = x.duplicate();
    NDArray factors = normal(manager, 2, 16, 3);
    x.setRequiresGradient(true);
    twin.setRequiresGradient(true);
    assertArrayEquals(
        forward(theirs, twin, true).toDoubleArray(), forward(ours, x, true).toDoubleArray(), 1e-13);
    backward(ours, x, factors);
    backward(theirs, twin, factors);
    assertArrayEquals(twin.getGradient().toDoubleArray(), x.getGradient().toDoubleArray(), 1e-10);
    assertArrayEquals(
        parameter(theirs, "gamma").getGradient().toDoubleArray(),
        parameter(ours, "scale").getGradient().toDoubleArray(),
        1e-11);
    assertArrayEquals(
        parameter(theirs, "beta").getGradient().toDoubleArray(),
        parameter(ours, "shift").getGradient().toDoubleArray(),
        1e-11);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void replicasAreIndependent(Kind kind) {
    RowNorm together = initialized(kind.build(0.25, 2), manager, 2, 6, 3);
    together.scale().getArray().set(new double[] {1, 2, 3, 4, 5, 6});
    NDArray x = normal(manager, 2, 6, 3);
    NDArray y = forward(together, x, true);
    for (int replica = 0; replica < 2; replica++) {
      RowNorm alone = initialized(kind.build(0.25, 0), manager, 6, 3);
      alone.scale().getArray().set(together.scale().getArray().get(replica).toDoubleArray());
      assertArrayEquals(
          forward(alone, x.get(replica), true).toDoubleArray(),
          y.get(replica).toDoubleArray(),
          1e-15);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aSavedBlockComputesTheSameWhenLoaded(Kind kind) throws Exception {
    RowNorm block = initialized(kind.build(0.25, 2), manager, 2, 8, 3);
    block.scale().getArray().set(new double[] {1, 2, 3, 4, 5, 6});
    RowNorm loaded = kind.build();
    loaded.loadParameters(manager, new DataInputStream(new ByteArrayInputStream(saved(block))));
    NDArray x = normal(manager, 2, 8, 3);
    assertArrayEquals(
        forward(block, x, false).toDoubleArray(), forward(loaded, x, false).toDoubleArray());
    assertEquals(block.toString(), loaded.toString());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void refusesParametersOfAnotherVersion(Kind kind) throws IOException {
    byte[] altered = saved(initialized(kind.build(), manager, 8, 3));
    altered[0] = 9;
    assertThrows(
        MalformedModelException.class,
        () ->
            kind.build()
                .loadParameters(manager, new DataInputStream(new ByteArrayInputStream(altered))));
  }

  private static byte[] saved(RowNorm block) throws IOException {
    var bytes = new ByteArrayOutputStream();
    block.saveParameters(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void worksInFloat32(Kind kind) {
    RowNorm exact = initialized(kind.build(), manager, 2, 3);
    RowNorm block = kind.build();
    block.initialize(manager, DataType.FLOAT32, new Shape(2, 3));
    NDArray x = manager.create(new double[] {1, 2, 6, -3, 0, 4}, new Shape(2, 3));
    NDArray y = forward(block, x.toType(DataType.FLOAT32, false), true);
    assertEquals(DataType.FLOAT32, y.getDataType());
    assertArrayEquals(
        forward(exact, x, true).toDoubleArray(),
        y.toType(DataType.FLOAT64, false).toDoubleArray(),
        1e-6);
  }

  @Test
  void saysWhatItIs() {
    assertEquals("LayerNorm(epsilon=1.0E-6)", LayerNorm.builder().build().toString());
    assertEquals(
        "RmsNorm(epsilon=0.5, replicas=3)",
        RmsNorm.builder().optEpsilon(0.5).optReplicas(3).build().toString());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void refusesWhatMakesNoBlock(Kind kind) {
    for (double epsilon : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(IllegalArgumentException.class, () -> kind.build(epsilon, 0), "" + epsilon);
    }
    assertThrows(IllegalArgumentException.class, () -> kind.build(1, -1));
    var error =
        assertThrows(
            IllegalArgumentException.class, () -> initialized(kind.build(1, 2), manager, 2, 3));
    assertTrue(error.getMessage().contains("(replicas, batch, …, features)"), error.getMessage());
    assertThrows(IllegalArgumentException.class, () -> initialized(kind.build(1, 0), manager, 3));
  }
}
