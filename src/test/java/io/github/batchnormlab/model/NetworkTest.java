package io.github.batchnormlab.model;

import static io.github.batchnormlab.nn.Blocks.normal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.github.batchnormlab.nn.Gradients;
import io.github.batchnormlab.nn.SumOfSquaredErrors;
import io.github.batchnormlab.study.Activation;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Init;
import io.github.batchnormlab.study.Layers;
import io.github.batchnormlab.study.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Networks of any width and depth, and what can be seen inside them. */
class NetworkTest {
  private static final int REPLICAS = 2;
  private static final int ROWS = 12;

  private final NDManager manager = NDManager.newBaseManager();
  private final ParameterStore store = new ParameterStore(manager, false);
  private final Settings settings = Settings.defaults();

  @AfterEach
  void close() {
    manager.close();
  }

  private Network network(Arm arm, Sizes sizes) {
    Network network = Network.create(arm, sizes, settings, REPLICAS);
    InitialWeights.join(
            List.of(
                InitialWeights.draw(1, sizes, true, Init.NORMAL),
                InitialWeights.draw(2, sizes, true, Init.NORMAL)))
        .into(network);
    network.block().initialize(manager, DataType.FLOAT64, network.inputShape(ROWS));
    return network;
  }

  private static Sizes sizes(int inputs, int outputs, Integer... hidden) {
    return new Sizes(inputs, new Layers(List.of(hidden)), outputs);
  }

  private NDArray value(Network network, String name) {
    return network.parameters().get(name).getArray();
  }

  /** The network without normalization, written out. */
  @Test
  void aDeepNetworkIsItsLayersOneAfterTheOther() {
    Network network = network(Arms.NONE, sizes(5, 2, 4, 3));
    assertEquals(
        List.of("weight1", "bias1", "weight2", "bias2", "weight3", "bias3"),
        List.copyOf(network.parameters().keySet()));
    NDArray x = normal(manager, REPLICAS, ROWS, 5);
    NDArray y = normal(manager, REPLICAS, ROWS, 2);
    NDArray h = x;
    for (int layer = 1; layer <= 3; layer++) {
      h = h.matMul(value(network, "weight" + layer)).add(value(network, "bias" + layer));
      h = layer < 3 ? h.tanh() : h;
    }
    Piece piece = network.batch(x, y, true).pieces().get(0);
    assertArrayEquals(h.toDoubleArray(), network.step(store, piece).toDoubleArray(), 1e-12);
    assertArrayEquals(h.toDoubleArray(), network.evaluate(store, piece).toDoubleArray(), 1e-12);
  }

  /** The functions by their definitions; Φ(1) = 0.8413447460685429, where tanh gives 0.84119. */
  @Test
  void activationsFollowTheirFormulas() {
    assertActivation(Activation.TANH, Math.tanh(-1), 0, Math.tanh(1));
    assertActivation(Activation.RELU, 0, 0, 1);
    assertActivation(Activation.SIGMOID, 1 / (1 + Math.E), 0.5, 1 / (1 + 1 / Math.E));
    assertActivation(Activation.GELU, -0.15865525393145707, 0, 0.8413447460685429);
    assertActivation(Activation.LINEAR, -1, 0, 1);
  }

  /** What goes through a network of one unit, all of whose weights are 1, at -1, 0 and 1. */
  private void assertActivation(Activation activation, double... expected) {
    Network network =
        Network.create(Arms.NONE, sizes(1, 1, 1), settings.with("activation", activation), 1);
    Map<String, double[]> ones = new LinkedHashMap<>();
    ones.put("weight1", new double[] {1});
    ones.put("bias1", new double[] {0});
    ones.put("weight2", new double[] {1});
    ones.put("bias2", new double[] {0});
    new InitialWeights(ones).into(network);
    network.block().initialize(manager, DataType.FLOAT64, network.inputShape(3));
    NDArray x = manager.create(new double[] {-1, 0, 1}, new Shape(1, 3, 1));
    Piece piece = network.batch(x, x, true).pieces().get(0);
    assertArrayEquals(expected, network.step(store, piece).toDoubleArray(), 1e-15);
    assertArrayEquals(expected, network.evaluate(store, piece).toDoubleArray(), 1e-15);
  }

  /** Fast networks know tanh only. */
  @ParameterizedTest
  @EnumSource(Activation.class)
  void anActivationStandsBehindEveryHiddenLayer(Activation activation) {
    Sizes sizes = sizes(5, 2, 4, 3);
    Network network = Network.create(Arms.NONE, sizes, settings.with("activation", activation), 1);
    InitialWeights.draw(1, sizes, true, Init.NORMAL).into(network);
    network.block().initialize(manager, DataType.FLOAT64, network.inputShape(ROWS));
    NDArray x = normal(manager, 1, ROWS, 5);
    NDArray h = x;
    for (int layer = 1; layer <= 3; layer++) {
      h = h.matMul(value(network, "weight" + layer)).add(value(network, "bias" + layer));
      if (layer < 3) {
        h =
            switch (activation) {
              case TANH -> h.tanh();
              case RELU -> h.maximum(0);
              case SIGMOID -> h.neg().exp().add(1).pow(-1);
              case GELU -> h.mul(h.div(Math.sqrt(2)).erf().add(1)).div(2);
              case LINEAR -> h;
            };
      }
    }
    Piece piece = network.batch(x, x, true).pieces().get(0);
    assertArrayEquals(h.toDoubleArray(), network.step(store, piece).toDoubleArray(), 1e-12);
    Tap tap =
        new Tap() {
          @Override
          public void affine(int layer, NDArray weight, NDArray bias) {}

          @Override
          public NDArray input(int layer, NDArray z) {
            return z;
          }
        };
    assertArrayEquals(h.toDoubleArray(), network.step(store, piece, tap).toDoubleArray(), 1e-12);
  }

  @Test
  void eachHiddenLayerIsNormalized() {
    Network network = network(Arms.BATCH_NORM, sizes(5, 2, 4, 3));
    assertFalse(network.takesPieces(), "the statistics of the second layer need all rows");
    assertTrue(
        network.parameters().keySet().containsAll(List.of("scale1", "shift2", "runningStd2")));
    Piece piece = piece(network);
    List<double[]> means = new ArrayList<>();
    network.step(
        store,
        piece,
        new Tap() {
          @Override
          public void affine(int layer, NDArray weight, NDArray bias) {}

          @Override
          public NDArray input(int layer, NDArray z) {
            means.add(z.mean(new int[] {1}).toDoubleArray());
            return z;
          }
        });
    assertEquals(2, means.size());
    means.forEach(mean -> assertArrayEquals(new double[mean.length], mean, 1e-12));
  }

  private Piece piece(Network network) {
    NDArray x = normal(manager, REPLICAS, ROWS, 5);
    return network.batch(x, normal(manager, REPLICAS, ROWS, 2), true).pieces().get(0);
  }

  /**
   * x W + b of what the tap is told is z, of every layer, and the prediction at the end. Of a layer
   * whose rows are normalized one by one, the tap is told nothing.
   */
  @ParameterizedTest
  @EnumSource(Arms.class)
  void aStepSeenFromInsideIsTheStep(Arm arm) {
    for (Sizes sizes : List.of(sizes(5, 2, 4), sizes(5, 2, 4, 3))) {
      Network network = network(arm, sizes);
      Piece piece = piece(network);
      Map<Integer, NDArray[]> affine = new TreeMap<>();
      Map<Integer, NDArray> inputs = new TreeMap<>();
      NDArray seen =
          network.step(
              store,
              piece,
              new Tap() {
                @Override
                public void affine(int layer, NDArray weight, NDArray bias) {
                  affine.put(layer, new NDArray[] {weight, bias});
                }

                @Override
                public NDArray input(int layer, NDArray z) {
                  inputs.put(layer, z);
                  return z;
                }
              });
      NDArray prediction = network.step(store, piece);
      assertArrayEquals(prediction.toDoubleArray(), seen.toDoubleArray(), 1e-12);
      NDArray h = piece.x();
      for (int layer = 1; layer <= network.hiddenLayers(); layer++) {
        NDArray z = inputs.get(layer);
        boolean byRow = arm == Arms.LAYER_NORM || arm == Arms.RMS_NORM;
        assertEquals(byRow, !affine.containsKey(layer));
        if (!byRow) {
          NDArray expected = h.matMul(affine.get(layer)[0]).add(affine.get(layer)[1]);
          assertArrayEquals(expected.toDoubleArray(), z.toDoubleArray(), 1e-12);
        }
        h = z.tanh();
      }
      NDArray[] output = affine.get(network.hiddenLayers() + 1);
      assertArrayEquals(
          prediction.toDoubleArray(), h.matMul(output[0]).add(output[1]).toDoubleArray(), 1e-12);
    }
  }

  /** What is added to z in a tap has the gradient of z. */
  @Test
  void zerosThatAreAddedToAnInputHaveItsGradient() {
    Network network = network(Arms.NONE, sizes(5, 2, 4));
    Piece piece = piece(network);
    NDArray zero = manager.zeros(new Shape(REPLICAS, ROWS, 4), DataType.FLOAT64);
    zero.setRequiresGradient(true);
    NDArray[] z = new NDArray[1];
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray prediction =
          network.step(
              store,
              piece,
              new Tap() {
                @Override
                public void affine(int layer, NDArray weight, NDArray bias) {}

                @Override
                public NDArray input(int layer, NDArray value) {
                  z[0] = value;
                  return value.add(zero);
                }
              });
      collector.backward(prediction.sum());
    }
    // d Σ y / dz = (1 - tanh² z) Σ_o V_uo
    NDArray h = z[0].stopGradient().tanh();
    NDArray rowSums =
        value(network, "weight2").stopGradient().sum(new int[] {2}).reshape(REPLICAS, 1, 4);
    double[] expected = h.square().neg().add(1).mul(rowSums).toDoubleArray();
    assertArrayEquals(expected, zero.getGradient().toDoubleArray(), 1e-12);
  }

  @Test
  void aFastNetworkTakesRowsInPiecesAndADefinitionDoesNot() {
    assertTrue(network(Arms.BATCH_NORM, sizes(5, 2, 4)).takesPieces());
    assertFalse(network(Arms.BATCH_NORM_PLAIN, sizes(5, 2, 4)).takesPieces());
    assertTrue(network(Arms.NONE, sizes(5, 2, 4, 3)).takesPieces(), "no statistics");
    Network fast = network(Arms.NONE, sizes(5, 2, 4));
    NDArray x = normal(manager, REPLICAS, 2_500, 5);
    Batch batch = fast.batch(x, normal(manager, REPLICAS, 2_500, 2), true);
    assertEquals(List.of(833, 833, 834), batch.pieces().stream().map(Piece::rows).toList());
    NDList whole = new NDList(batch.pieces().stream().map(Piece::x).toArray(NDArray[]::new));
    assertArrayEquals(x.toDoubleArray(), NDArrays.concat(whole, 1).toDoubleArray());
  }

  /** By autograd, where a network has no closed form. */
  @ParameterizedTest
  @EnumSource(
      value = Arms.class,
      names = {"NONE", "LAYER_NORM", "RMS_NORM"})
  void theGradientsOfPiecesAreThoseOfTheWholeBatch(Arms arm) {
    Network network = network(arm, sizes(5, 2, 4, 3));
    NDArray x = normal(manager, REPLICAS, 2_500, 5);
    NDArray y = normal(manager, REPLICAS, 2_500, 2);
    SumOfSquaredErrors loss = new SumOfSquaredErrors();
    double factor = 1.0 / 2_500;
    Batch pieces = network.batch(x, y, true);
    assertEquals(3, pieces.pieces().size());
    Gradients whole = network.gradients(store, Batch.whole(x, y), loss, factor);
    Map<Parameter, double[]> expected = new LinkedHashMap<>();
    whole.ofParameters().forEach((each, array) -> expected.put(each, array.toDoubleArray()));
    Gradients found = network.gradients(store, pieces, loss, factor);
    assertArrayEquals(whole.losses(), found.losses(), 1e-9);
    assertEquals(expected.keySet(), found.ofParameters().keySet());
    expected.forEach(
        (each, values) -> {
          assertTrue(Arrays.stream(values).anyMatch(value -> value != 0));
          assertArrayEquals(values, found.ofParameters().get(each).toDoubleArray(), 1e-12);
        });
  }

  @Test
  void weightsAreDrawnLayerByLayer() {
    InitialWeights weights = InitialWeights.draw(0, sizes(5, 2, 4, 3), false, Init.NORMAL);
    assertEquals(
        List.of("weight1", "weight2", "weight3", "bias3"), List.copyOf(weights.values().keySet()));
    assertEquals(20, weights.values().get("weight1").length);
    assertEquals(12, weights.values().get("weight2").length);
    assertEquals(2, weights.values().get("bias3").length);
  }

  @Test
  void parametersAreCounted() {
    // Weights and biases 6 · 4, 5 · 3 and 4 · 2, and four numbers for each of 7 hidden units.
    assertEquals(24 + 15 + 8 + 28, sizes(5, 2, 4, 3).parameters());
  }
}
