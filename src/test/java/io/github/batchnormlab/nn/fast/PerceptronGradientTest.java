package io.github.batchnormlab.nn.fast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import io.github.batchnormlab.engine.Autograd;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.nn.BatchNorm;
import io.github.batchnormlab.nn.Gradients;
import io.github.batchnormlab.nn.Linear;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The closed form against what it stands for: autograd, and differences of the loss. */
class PerceptronGradientTest {
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

  /** A network, rows in pieces and a loss, all drawn at random. */
  private final class Drawn extends DrawnNetwork {
    final Linear hidden;
    final BatchNorm norm;
    final Linear output;
    final TanhPerceptron block;

    Drawn(long seed, DataType type) {
      super(PerceptronGradientTest.this.manager, type);
      Random random = new Random(seed);
      int replicas = 1 + random.nextInt(3);
      int rows = 2 + random.nextInt(40);
      int inputs = 1 + random.nextInt(5);
      int outputs = 1 + random.nextInt(4);
      boolean isClasses = random.nextBoolean();
      hidden =
          Linear.builder()
              .setUnits(1 + random.nextInt(9))
              .optReplicas(replicas)
              .optBias(random.nextInt(4) > 0)
              .build();
      norm =
          random.nextInt(3) == 0
              ? null
              : BatchNorm.builder()
                  .optReplicas(replicas)
                  .optPopulationVariance(random.nextBoolean())
                  .optEpsilon(random.nextBoolean() ? 1e-6 : 0.3)
                  .build();
      output = Linear.builder().setUnits(outputs).optReplicas(replicas).build();
      block = new TanhPerceptron(hidden, norm, output);
      block.initialize(manager, type, new Shape(replicas, rows, inputs));
      for (Parameter parameter : block.getParameters().values()) {
        if (parameter.requiresGradient() || parameter == hidden.bias()) {
          Values.fill(
              parameter.getArray(),
              random.doubles(parameter.getShape().size(), -1.5, 1.5).toArray());
        }
      }
      drawRows(random, replicas, rows, inputs, outputs, isClasses, false);
    }

    @Override
    Block block() {
      return block;
    }

    @Override
    NDArray outputs() {
      return block.step(
          store, new TanhPerceptron.Piece(x, TanhPerceptron.columns(x), block.moments(x)));
    }

    @Override
    Gradients closed() {
      List<Supplier<PerceptronGradient.Rows>> pieces = new ArrayList<>();
      for (int[] cut : cuts) {
        pieces.add(
            () -> new PerceptronGradient.Rows(TanhPerceptron.columns(rows(x, cut)), rows(y, cut)));
      }
      return block.gradient().of(block.moments(x), pieces, loss, factor);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19})
  void isAutogradsToRounding(long seed) {
    for (long each = 10 * seed; each < 10 * (seed + 1); each++) {
      agree(new Drawn(each, DataType.FLOAT64), 1e-12);
      agree(new Drawn(each, DataType.FLOAT32), 2e-4);
    }
  }

  private static void agree(Drawn drawn, double rounding) {
    Gradients closed = drawn.closed();
    Gradients expected = drawn.byAutograd();
    DrawnNetwork.assertLosses(expected, closed, rounding);
    expected
        .ofParameters()
        .forEach(
            (parameter, gradient) -> {
              double[] values = Values.of(gradient);
              double largest = Math.max(1, Arrays.stream(values).map(Math::abs).max().orElse(0));
              assertArrayEquals(
                  values,
                  Values.of(closed.ofParameters().get(parameter)),
                  rounding * largest,
                  parameter.getName());
            });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void isTheSlopeOfTheLoss(long seed) {
    new Drawn(seed, DataType.FLOAT64).assertSlopes(Integer.MAX_VALUE, 1e-6);
  }

  /** Once for the batch, in however many pieces it comes. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void theRunningStatisticsFollowAsInABlock(long seed) {
    new Drawn(seed, DataType.FLOAT64).assertFollows(new Drawn(seed, DataType.FLOAT64), 1e-13);
  }
}
