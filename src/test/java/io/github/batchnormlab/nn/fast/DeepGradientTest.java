package io.github.batchnormlab.nn.fast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
import io.github.batchnormlab.engine.Autograd;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.nn.BatchNorm;
import io.github.batchnormlab.nn.Gradients;
import io.github.batchnormlab.nn.Linear;
import io.github.batchnormlab.nn.SumOfSquaredErrors;
import io.github.batchnormlab.nn.SummedLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The closed form against what it stands for: autograd through the definitions, and slopes. */
class DeepGradientTest {
  private final NDManager manager = NDManager.newBaseManager();
  private Autograd asBefore;

  @BeforeEach
  void off() {
    asBefore = new Autograd();
    Autograd.off();
  }

  @AfterEach
  void close() {
    asBefore.close();
    manager.close();
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

  /** A network, rows in pieces and a loss, all drawn at random. */
  private final class Drawn extends DrawnNetwork {
    final SequentialBlock block = new SequentialBlock();
    final DeepGradient gradient;
    final boolean isNormalized;

    Drawn(long seed, DeepGradient.Activation activation, DataType type) {
      super(DeepGradientTest.this.manager, type);
      Random random = new Random(seed);
      int replicas = 1 + random.nextInt(3);
      int inputs = 1 + random.nextInt(5);
      int outputs = 1 + random.nextInt(4);
      boolean hasBias = random.nextInt(4) > 0;
      boolean isClasses = random.nextBoolean();
      isNormalized = random.nextBoolean();
      boolean isPopulation = random.nextBoolean();
      int rows = (isNormalized ? 8 : 1) + random.nextInt(40);
      double epsilon = random.nextBoolean() ? 1e-3 : 0.3;
      List<Linear> hidden = new ArrayList<>();
      List<BatchNorm> norms = new ArrayList<>();
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
      Linear output = Linear.builder().setUnits(outputs).optReplicas(replicas).build();
      block.add(output);
      block.initialize(manager, type, new Shape(replicas, rows, inputs));
      for (Parameter parameter : block.getParameters().values()) {
        if (parameter.getType() != Parameter.Type.RUNNING_MEAN
            && parameter.getType() != Parameter.Type.OTHER) {
          Values.fill(
              parameter.getArray(),
              random.doubles(parameter.getShape().size(), -1.2, 1.2).toArray());
        }
      }
      gradient = new DeepGradient(hidden, norms, activation, output);
      drawRows(random, replicas, rows, inputs, outputs, isClasses, isNormalized);
    }

    @Override
    Block block() {
      return block;
    }

    @Override
    NDArray outputs() {
      return block.forward(store, new NDList(x), true).singletonOrThrow();
    }

    @Override
    Gradients closed() {
      List<Supplier<DeepGradient.Rows>> pieces = new ArrayList<>();
      for (int[] cut : cuts) {
        pieces.add(() -> new DeepGradient.Rows(rows(x, cut), rows(y, cut)));
      }
      return gradient.of(pieces, loss, factor);
    }
  }

  @ParameterizedTest
  @EnumSource(DeepGradient.Activation.class)
  void isAutogradsToRounding(DeepGradient.Activation activation) {
    for (long seed = 0; seed < 30; seed++) {
      agree(new Drawn(seed, activation, DataType.FLOAT64), 1e-12);
      agree(new Drawn(seed, activation, DataType.FLOAT32), 2e-3);
    }
  }

  private static void agree(Drawn drawn, double rounding) {
    Gradients closed = drawn.closed();
    Gradients expected = drawn.byAutograd();
    DrawnNetwork.assertLosses(expected, closed, rounding);
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

  @ParameterizedTest
  @EnumSource(value = DeepGradient.Activation.class, names = "RELU", mode = EnumSource.Mode.EXCLUDE)
  void isTheSlopeOfTheLoss(DeepGradient.Activation activation) {
    for (long seed = 0; seed < 4; seed++) {
      new Drawn(seed, activation, DataType.FLOAT64).assertSlopes(5, 1e-5);
    }
  }

  @ParameterizedTest
  @EnumSource(DeepGradient.Activation.class)
  void runningStatisticsAndPredictionsAreTheDefinitions(DeepGradient.Activation activation) {
    for (long seed = 0; seed < 8; seed++) {
      Drawn drawn = new Drawn(seed, activation, DataType.FLOAT64);
      Drawn twin = new Drawn(seed, activation, DataType.FLOAT64);
      drawn.assertFollows(twin, 1e-12);
      double[] expected =
          Values.of(twin.block.forward(twin.store, new NDList(twin.x), false).singletonOrThrow());
      double largest = Arrays.stream(expected).map(Math::abs).reduce(1, Math::max);
      assertArrayEquals(expected, Values.of(drawn.gradient.predict(drawn.x)), 1e-12 * largest);
    }
  }

  private DeepGradient normalized() {
    Linear hidden = Linear.builder().setUnits(2).optReplicas(1).build();
    BatchNorm norm = BatchNorm.builder().optReplicas(1).build();
    Linear output = Linear.builder().setUnits(1).optReplicas(1).build();
    new SequentialBlock()
        .add(hidden)
        .add(norm)
        .add(output)
        .initialize(manager, DataType.FLOAT64, new Shape(1, 2, 3));
    return new DeepGradient(List.of(hidden), List.of(norm), DeepGradient.Activation.TANH, output);
  }

  private DeepGradient.Rows rows(int count) {
    return new DeepGradient.Rows(
        manager.ones(new Shape(1, count, 3), DataType.FLOAT64),
        manager.ones(new Shape(1, count, 1), DataType.FLOAT64));
  }

  @Test
  void oneRowCannotDivideByNMinusOne() {
    DeepGradient gradient = normalized();
    List<Supplier<DeepGradient.Rows>> one = List.of(() -> rows(1));
    SummedLoss loss = new SumOfSquaredErrors();
    assertThrows(IllegalArgumentException.class, () -> gradient.of(one, loss, 1));
  }

  @Test
  void batchNormalizationTakesABatchInOnePiece() {
    DeepGradient gradient = normalized();
    List<Supplier<DeepGradient.Rows>> two = List.of(() -> rows(2), () -> rows(2));
    SummedLoss loss = new SumOfSquaredErrors();
    assertThrows(IllegalArgumentException.class, () -> gradient.of(two, loss, 1));
  }
}
