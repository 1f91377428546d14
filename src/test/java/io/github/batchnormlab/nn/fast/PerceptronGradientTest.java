package io.github.batchnormlab.nn.fast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.github.batchnormlab.engine.Autograd;
import io.github.batchnormlab.engine.Constants;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.nn.BatchNorm;
import io.github.batchnormlab.nn.Gradients;
import io.github.batchnormlab.nn.Linear;
import io.github.batchnormlab.nn.SoftmaxCrossEntropy;
import io.github.batchnormlab.nn.SumOfSquaredErrors;
import io.github.batchnormlab.nn.SummedLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private final class Drawn {
    final DataType type;
    final Linear hidden;
    final BatchNorm norm;
    final Linear output;
    final TanhPerceptron block;
    final NDArray x;
    final NDArray y;
    final SummedLoss loss;
    final double factor;
    final List<int[]> cuts = new ArrayList<>();
    final ParameterStore store = new ParameterStore(manager, false);

    Drawn(long seed, DataType type) {
      this.type = type;
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
      x = array(random.doubles((long) replicas * rows * inputs, -2, 3).toArray(), replicas, rows);
      y =
          isClasses
              ? array(
                  random.ints((long) replicas * rows, 0, outputs).asDoubleStream().toArray(),
                  replicas,
                  rows)
              : array(random.doubles((long) replicas * rows * outputs).toArray(), replicas, rows);
      loss = isClasses ? new SoftmaxCrossEntropy() : new SumOfSquaredErrors();
      factor = random.nextBoolean() ? 1 : 1.0 / rows;
      for (int from = 0; from < rows; ) {
        int to = Math.min(rows, from + 1 + random.nextInt(rows));
        cuts.add(new int[] {from, to});
        from = to;
      }
    }

    private NDArray array(double[] values, int replicas, int rows) {
      Shape shape = new Shape(replicas, rows, values.length / replicas / rows);
      return Values.array(manager, values, shape, type);
    }

    private NDArray rows(NDArray array, int[] cut) {
      return array.get(new NDIndex().addAllDim().addSliceDim(cut[0], cut[1]));
    }

    Gradients closed() {
      List<Supplier<PerceptronGradient.Rows>> pieces = new ArrayList<>();
      for (int[] cut : cuts) {
        pieces.add(
            () -> new PerceptronGradient.Rows(TanhPerceptron.columns(rows(x, cut)), rows(y, cut)));
      }
      return block.gradient().of(block.moments(x), pieces, loss, factor);
    }

    /** The same by autograd, on all rows at once. */
    Gradients byAutograd() {
      Moments moments = block.moments(x);
      NDArray sums;
      try (Autograd autograd = new Autograd()) {
        TanhPerceptron.Piece all = new TanhPerceptron.Piece(x, TanhPerceptron.columns(x), moments);
        sums = loss.evaluate(new NDList(y), new NDList(block.step(store, all)));
        autograd.backwardOnce(
            sums, Constants.filled(manager, sums.getShape(), factor, sums.getDataType()));
      }
      Map<Parameter, NDArray> gradients = new LinkedHashMap<>();
      for (Parameter parameter : block.getParameters().values()) {
        if (parameter.requiresGradient()) {
          gradients.put(parameter, parameter.getArray().getGradient());
        }
      }
      return new Gradients(Values.of(sums), gradients);
    }

    /** Σ over the replicas of the loss, times the factor. */
    double objective() {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        TanhPerceptron.Piece all =
            new TanhPerceptron.Piece(x, TanhPerceptron.columns(x), block.moments(x));
        NDArray sums = loss.evaluate(new NDList(y), new NDList(block.step(store, all)));
        return factor * Arrays.stream(Values.of(sums)).sum();
      }
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
    for (int i = 0; i < expected.losses().length; i++) {
      double size = Math.max(1, Math.abs(expected.losses()[i]));
      assertEquals(expected.losses()[i], closed.losses()[i], rounding * size);
    }
    assertEquals(expected.ofParameters().keySet(), closed.ofParameters().keySet());
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
    Drawn drawn = new Drawn(seed, DataType.FLOAT64);
    double step = 1e-5;
    drawn
        .closed()
        .ofParameters()
        .forEach(
            (parameter, gradient) -> {
              double[] slopes = Values.of(gradient);
              double[] values = Values.of(parameter.getArray());
              for (int i = 0; i < values.length; i++) {
                double[] moved = values.clone();
                moved[i] = values[i] + step;
                Values.fill(parameter.getArray(), moved);
                double above = drawn.objective();
                moved[i] = values[i] - step;
                Values.fill(parameter.getArray(), moved);
                double expected = (above - drawn.objective()) / (2 * step);
                assertEquals(
                    expected, slopes[i], 1e-6 * Math.max(1, Math.abs(expected)), parameter + "");
              }
              Values.fill(parameter.getArray(), values);
            });
  }

  /** Once for the batch, in however many pieces it comes. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void theRunningStatisticsFollowAsInABlock(long seed) {
    Drawn drawn = new Drawn(seed, DataType.FLOAT64);
    Drawn twin = new Drawn(seed, DataType.FLOAT64);
    for (int i = 0; i < 3; i++) {
      drawn.closed();
      twin.block.forward(twin.store, new NDList(twin.x), true);
    }
    for (int i = 0; i < drawn.block.getParameters().size(); i++) {
      assertArrayEquals(
          Values.of(twin.block.getParameters().valueAt(i).getArray()),
          Values.of(drawn.block.getParameters().valueAt(i).getArray()),
          1e-13);
    }
  }
}
