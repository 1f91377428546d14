package io.github.batchnormlab.nn.fast;

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

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.github.batchnormlab.nn.BatchNorm;
import io.github.batchnormlab.nn.Linear;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fast layer against the definition: a linear layer and batch normalization behind it. */
class LinearBatchNormTest {
  private static final long[] INPUT = {2, 40, 3};
  private static final double ROUNDING = 1e-12;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private LinearBatchNorm fast(boolean population) {
    return initialized(layer(population), manager, INPUT);
  }

  private static LinearBatchNorm layer(boolean population) {
    return new LinearBatchNorm(
        Linear.builder().setUnits(5).optReplicas(2).build(),
        BatchNorm.builder().optReplicas(2).optPopulationVariance(population).build());
  }

  /** The definition with the parameters of the fast layer, made to differ from their defaults. */
  private SequentialBlock definition(LinearBatchNorm fast, boolean population) {
    SequentialBlock definition =
        initialized(
            new SequentialBlock()
                .add(Linear.builder().setUnits(5).optReplicas(2).build())
                .add(BatchNorm.builder().optReplicas(2).optPopulationVariance(population).build()),
            manager,
            INPUT);
    for (String name : List.of("weight", "bias", "scale", "shift")) {
      NDArray array = parameter(fast, name);
      NDArray values = normal(manager, array.getShape().getShape());
      array.set(values.toDoubleArray());
      parameter(definition, name).set(values.toDoubleArray());
    }
    return definition;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void agreesWithTheDefinitionInOutputAndStatistics(boolean population) {
    LinearBatchNorm fast = fast(population);
    SequentialBlock definition = definition(fast, population);
    for (int step = 0; step < 3; step++) {
      NDArray x = normal(manager, INPUT).add(normal(manager, 2, 1, 3));
      assertClose(forward(definition, x, true), forward(fast, x, true));
      assertClose(parameter(definition, "runningMean"), parameter(fast, "runningMean"));
      assertClose(parameter(definition, "runningStd"), parameter(fast, "runningStd"));
      assertClose(forward(definition, x, false), forward(fast, x, false));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void agreesWithTheDefinitionInEveryGradient(boolean population) {
    LinearBatchNorm fast = fast(population);
    SequentialBlock definition = definition(fast, population);
    NDArray x = normal(manager, INPUT);
    NDArray twin = x.duplicate();
    NDArray factors = normal(manager, 2, 40, 5);
    x.setRequiresGradient(true);
    twin.setRequiresGradient(true);
    backward(definition, x, factors);
    backward(fast, twin, factors);
    assertClose(x.getGradient(), twin.getGradient());
    for (String name : List.of("weight", "scale", "shift")) {
      assertClose(parameter(definition, name).getGradient(), parameter(fast, name).getGradient());
    }
    assertArrayEquals(
        new double[10], parameter(definition, "bias").getGradient().toDoubleArray(), ROUNDING);
    assertFalse(parameter(fast, "bias").hasGradient(), "it is zero");
  }

  @Test
  void piecesOfABatchGiveTheWholeBatchsGradientsAndStatistics() {
    LinearBatchNorm whole = fast(false);
    LinearBatchNorm pieces = fast(false);
    for (String name : List.of("weight", "bias", "scale", "shift")) {
      parameter(pieces, name).set(parameter(whole, name).toDoubleArray());
    }
    NDArray x = normal(manager, INPUT);
    NDArray factors = normal(manager, 2, 40, 5);
    backward(whole, x, factors);
    Moments moments = pieces.moments(x);
    boolean isFirst = true;
    for (String rows : List.of(":, 0:15", ":, 15:16", ":, 16:40")) {
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        ParameterStore store = new ParameterStore(manager, false);
        NDList affine = pieces.fold(store, moments, isFirst);
        NDArray y = x.get(new NDIndex(rows)).matMul(affine.get(0)).add(affine.get(1));
        collector.backward(mixed(y, factors.get(new NDIndex(rows))));
      }
      isFirst = false;
    }
    for (String name : List.of("weight", "scale", "shift")) {
      assertClose(parameter(whole, name).getGradient(), parameter(pieces, name).getGradient());
    }
    assertClose(parameter(whole, "runningMean"), parameter(pieces, "runningMean"));
    assertClose(parameter(whole, "runningStd"), parameter(pieces, "runningStd"));
  }

  @Test
  void aSavedLayerEvaluatesTheSameWhenLoaded() throws Exception {
    LinearBatchNorm layer = fast(false);
    NDArray x = normal(manager, INPUT);
    forward(layer, x, true);
    var bytes = new ByteArrayOutputStream();
    layer.saveParameters(new DataOutputStream(bytes));
    LinearBatchNorm loaded = layer(false);
    loaded.loadParameters(
        manager, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    assertArrayEquals(
        forward(layer, x, false).toDoubleArray(), forward(loaded, x, false).toDoubleArray());
  }

  @Test
  void oneSampleCannotDivideByNMinusOne() {
    LinearBatchNorm layer = fast(false);
    NDArray x = normal(manager, 2, 1, 3);
    assertThrows(IllegalArgumentException.class, () -> forward(layer, x, true));
  }

  @Test
  void saysWhatItIs() {
    assertEquals(
        "LinearBatchNorm(Linear(units=5, replicas=2), BatchNorm(lambda=0.9, epsilon=1.0E-6,"
            + " variance divides by n - 1, replicas=2))",
        layer(false).toString());
  }

  private static void assertClose(NDArray expected, NDArray actual) {
    double[] values = expected.toDoubleArray();
    double largest = 1;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertArrayEquals(values, actual.toDoubleArray(), ROUNDING * largest);
  }
}
