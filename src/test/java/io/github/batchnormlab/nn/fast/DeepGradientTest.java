package io.github.batchnormlab.nn.fast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
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

  /** The closed form of a drawn perceptron. */
  private final class Drawn extends DrawnPerceptron {
    final DeepGradient gradient;

    Drawn(long seed, DeepGradient.Activation activation, DataType type) {
      super(DeepGradientTest.this.manager, seed, activation, type, false);
      gradient = new DeepGradient(hidden, norms, activation, output);
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
      new Drawn(seed, activation, DataType.FLOAT64).assertAutogradAgrees(1e-12);
      new Drawn(seed, activation, DataType.FLOAT32).assertAutogradAgrees(2e-3);
    }
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
