package io.github.batchnormlab.nn.fast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.nn.BatchNorm;
import io.github.batchnormlab.nn.Gradients;
import io.github.batchnormlab.nn.Linear;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A perceptron of one to four hidden layers, rows in pieces and a loss, all drawn at random. */
abstract class DrawnPerceptron extends DrawnNetwork {
  final SequentialBlock block = new SequentialBlock();
  final List<Linear> hidden = new ArrayList<>();
  final List<BatchNorm> norms = new ArrayList<>();
  final Linear output;

  /**
   * @param isSynchronized whether it has one replica, batch normalization and rows in pieces; if
   *     not, that is drawn too, and batch normalization has its rows in one piece
   */
  DrawnPerceptron(
      NDManager manager,
      long seed,
      DeepGradient.Activation activation,
      DataType type,
      boolean isSynchronized) {
    super(manager, type);
    Random random = new Random(seed);
    int replicas = isSynchronized ? 1 : 1 + random.nextInt(3);
    int inputs = 1 + random.nextInt(5);
    int outputs = 1 + random.nextInt(4);
    boolean hasBias = random.nextInt(4) > 0;
    boolean isClasses = random.nextBoolean();
    boolean isNormalized = random.nextBoolean() || isSynchronized;
    boolean isPopulation = random.nextBoolean();
    int rows = (isNormalized ? 8 : 1) + random.nextInt(40);
    double epsilon = random.nextBoolean() ? 1e-3 : 0.3;
    int layers = 1 + random.nextInt(4);
    for (int i = 0; i < layers; i++) {
      hidden.add(
          Linear.builder()
              .setUnits(1 + random.nextInt(9))
              .optReplicas(replicas)
              .optBias(hasBias)
              .build());
      block.add(hidden.get(i));
      if (isNormalized) {
        norms.add(
            BatchNorm.builder()
                .optReplicas(replicas)
                .optPopulationVariance(isPopulation)
                .optEpsilon(epsilon)
                .build());
        block.add(norms.get(i));
        if (hasBias) {
          hidden.get(i).bias().freeze(true);
        }
      }
      block.add(behind(activation));
    }
    output = Linear.builder().setUnits(outputs).optReplicas(replicas).build();
    block.add(output);
    block.initialize(manager, type, new Shape(replicas, rows, inputs));
    for (Parameter parameter : block.getParameters().values()) {
      if (parameter.getType() != Parameter.Type.RUNNING_MEAN
          && parameter.getType() != Parameter.Type.OTHER) {
        Values.fill(
            parameter.getArray(), random.doubles(parameter.getShape().size(), -1.2, 1.2).toArray());
      }
    }
    drawRows(random, replicas, rows, inputs, outputs, isClasses, isNormalized && !isSynchronized);
  }

  private static Block behind(DeepGradient.Activation activation) {
    return switch (activation) {
      case TANH -> Activation.tanhBlock();
      case RELU -> Activation.reluBlock();
      case SIGMOID -> Activation.sigmoidBlock();
      case GELU -> Activation.geluBlock();
      case LINEAR -> Blocks.identityBlock();
    };
  }

  @Override
  final Block block() {
    return block;
  }

  @Override
  final NDArray outputs() {
    return block.forward(store, new NDList(x), true).singletonOrThrow();
  }

  /** Holds the closed form against autograd, relative to the largest gradient, or 1. */
  final void assertAutogradAgrees(double rounding) {
    Gradients closed = closed();
    Gradients expected = byAutograd();
    assertLosses(expected, closed, rounding);
    double largest =
        expected.ofParameters().values().stream()
            .flatMapToDouble(gradient -> Arrays.stream(Values.of(gradient)))
            .map(Math::abs)
            .reduce(1, Math::max);
    expected
        .ofParameters()
        .forEach(
            (parameter, gradient) ->
                assertArrayEquals(
                    Values.of(gradient),
                    Values.of(closed.ofParameters().get(parameter)),
                    rounding * largest,
                    parameter.getName()));
  }
}
