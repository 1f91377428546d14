package io.github.batchnormlab.model;

import static io.github.batchnormlab.TableCase.flat;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.batchnormlab.nn.Blocks;
import io.github.batchnormlab.nn.LayerNorm;
import io.github.batchnormlab.nn.RmsNorm;
import io.github.batchnormlab.nn.SoftmaxCrossEntropy;
import io.github.batchnormlab.study.Activation;
import io.github.batchnormlab.study.Layers;
import io.github.batchnormlab.study.Settings;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Forward and backward against what {@code src/test/python/blocks.py} got from PyTorch. */
class PyTorchBlocksTest {
  private static final double TOLERANCE = 1e-13;

  private static JsonObject blocks;

  private final NDManager manager = NDManager.newBaseManager();
  private final ParameterStore store = new ParameterStore(manager, false);

  @BeforeAll
  static void read() throws Exception {
    try (var in =
        new InputStreamReader(
            PyTorchBlocksTest.class.getResourceAsStream("/reference/blocks.json"),
            StandardCharsets.UTF_8)) {
      blocks = JsonParser.parseReader(in).getAsJsonObject();
    }
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Shape shape(JsonElement array) {
    return array instanceof JsonArray values
        ? new Shape(values.size()).addAll(shape(values.get(0)))
        : new Shape();
  }

  private NDArray array(JsonObject from, String name) {
    return manager.create(flat(from.get(name)), shape(from.get(name)));
  }

  @Test
  void layerNormIsPyTorchs() {
    LayerNorm block = LayerNorm.builder().optReplicas(2).build();
    assertIsPyTorchs("layer-norm", block, "scale", "shift");
  }

  @Test
  void rmsNormIsPyTorchs() {
    RmsNorm block = RmsNorm.builder().optReplicas(2).build();
    assertIsPyTorchs("rms-norm", block, "scale");
  }

  /** In a network whose other layers change nothing. */
  @ParameterizedTest
  @EnumSource(Activation.class)
  void activationsArePyTorchs(Activation activation) {
    int features = 4;
    Sizes sizes = new Sizes(features, new Layers(List.of(features)), features);
    Network network =
        Network.create(Arms.NONE, sizes, Settings.defaults().with("activation", activation), 2);
    double[] identity = new double[features * features];
    for (int i = 0; i < features; i++) {
      identity[i * features + i] = 1;
    }
    Map<String, double[]> weights = new LinkedHashMap<>();
    weights.put("weight1", twice(identity));
    weights.put("bias1", new double[2 * features]);
    weights.put("weight2", twice(identity));
    weights.put("bias2", new double[2 * features]);
    new InitialWeights(weights).into(network);
    assertIsPyTorchs(activation.id(), network.block());
  }

  private static double[] twice(double[] values) {
    return DoubleStream.concat(DoubleStream.of(values), DoubleStream.of(values)).toArray();
  }

  /**
   * Compares output and gradients.
   *
   * @param learned the names of the block's parameters
   */
  private void assertIsPyTorchs(String name, Block block, String... learned) {
    JsonObject expected = blocks.getAsJsonObject(name);
    NDArray x = array(expected, "x");
    NDArray factors = array(expected, "factors");
    block.initialize(manager, DataType.FLOAT64, x.getShape());
    Map<String, NDArray> inputs = new LinkedHashMap<>(Map.of("x", x));
    for (String parameter : learned) {
      NDArray values = Blocks.parameter(block, parameter);
      values.set(flat(expected.get(parameter)));
      inputs.put(parameter, values);
    }
    x.setRequiresGradient(true);
    NDArray y;
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      y = block.forward(store, new NDList(x), true).singletonOrThrow();
      collector.backward(y.mul(factors).sum());
    }
    assertArrayEquals(flat(expected.get("y")), y.toDoubleArray(), TOLERANCE);
    JsonObject gradients = expected.getAsJsonObject("gradients");
    inputs.forEach(
        (of, input) ->
            assertArrayEquals(
                flat(gradients.get(of)), input.getGradient().toDoubleArray(), TOLERANCE, of));
  }

  @Test
  void softmaxCrossEntropyIsPyTorchs() {
    JsonObject expected = blocks.getAsJsonObject("cross-entropy");
    NDArray labels = array(expected, "labels");
    NDArray predictions = array(expected, "predictions");
    predictions.setRequiresGradient(true);
    NDArray loss;
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      loss = new SoftmaxCrossEntropy().evaluate(new NDList(labels), new NDList(predictions));
      collector.backward(loss.sum());
    }
    assertArrayEquals(flat(expected.get("loss")), loss.toDoubleArray(), TOLERANCE);
    assertArrayEquals(
        flat(expected.get("gradient")), predictions.getGradient().toDoubleArray(), TOLERANCE);
  }
}
