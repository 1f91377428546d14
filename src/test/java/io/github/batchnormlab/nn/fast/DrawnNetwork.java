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
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.github.batchnormlab.engine.Autograd;
import io.github.batchnormlab.engine.Constants;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.nn.Gradients;
import io.github.batchnormlab.nn.SoftmaxCrossEntropy;
import io.github.batchnormlab.nn.SumOfSquaredErrors;
import io.github.batchnormlab.nn.SummedLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A network whose gradient has a closed form, with rows in pieces and a loss, all drawn at random:
 * what the closed form is held against, which is autograd, and differences of the loss.
 */
abstract class DrawnNetwork {
  final NDManager manager;
  final DataType type;
  final ParameterStore store;
  final List<int[]> cuts = new ArrayList<>();
  NDArray x;
  NDArray y;
  SummedLoss loss;
  double factor;

  DrawnNetwork(NDManager manager, DataType type) {
    this.manager = manager;
    this.type = type;
    store = new ParameterStore(manager, false);
  }

  /** Draws rows, a loss, and where the pieces begin. */
  final void drawRows(
      Random random,
      int replicas,
      int rows,
      int inputs,
      int outputs,
      boolean isClasses,
      boolean isOnePiece) {
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
      int to = isOnePiece ? rows : Math.min(rows, from + 1 + random.nextInt(rows));
      cuts.add(new int[] {from, to});
      from = to;
    }
  }

  private NDArray array(double[] values, int replicas, int rows) {
    Shape shape = new Shape(replicas, rows, values.length / replicas / rows);
    return Values.array(manager, values, shape, type);
  }

  static NDArray rows(NDArray array, int[] cut) {
    return array.get(new NDIndex().addAllDim().addSliceDim(cut[0], cut[1]));
  }

  /** The network by its definition. */
  abstract Block block();

  /** The outputs for all rows, in training. */
  abstract NDArray outputs();

  /** The closed form, piece by piece. */
  abstract Gradients closed();

  private NDArray sums() {
    return loss.evaluate(new NDList(y), new NDList(outputs()));
  }

  /** The same by autograd, on all rows at once. */
  final Gradients byAutograd() {
    NDArray sums;
    try (Autograd autograd = new Autograd()) {
      sums = sums();
      autograd.backwardOnce(
          sums, Constants.filled(manager, sums.getShape(), factor, sums.getDataType()));
    }
    Map<Parameter, NDArray> gradients = new LinkedHashMap<>();
    for (Parameter parameter : block().getParameters().values()) {
      if (parameter.requiresGradient()) {
        gradients.put(parameter, parameter.getArray().getGradient());
      }
    }
    return new Gradients(Values.of(sums), gradients);
  }

  /** Σ over the replicas of the loss, times the factor. */
  private double objective() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return factor * Arrays.stream(Values.of(sums())).sum();
    }
  }

  /** Holds the losses against others, relative to the larger of them and 1. */
  static void assertLosses(Gradients expected, Gradients actual, double rounding) {
    for (int i = 0; i < expected.losses().length; i++) {
      double size = Math.max(1, Math.abs(expected.losses()[i]));
      assertEquals(expected.losses()[i], actual.losses()[i], rounding * size);
    }
    assertEquals(expected.ofParameters().keySet(), actual.ofParameters().keySet());
  }

  /**
   * Holds the closed form against differences of the loss.
   *
   * @param most so many values of each parameter are moved
   * @param tolerance relative to the larger of the slope and 1
   */
  final void assertSlopes(int most, double tolerance) {
    double step = 1e-5;
    closed()
        .ofParameters()
        .forEach(
            (parameter, gradient) -> {
              double[] slopes = Values.of(gradient);
              double[] values = Values.of(parameter.getArray());
              for (int i = 0; i < Math.min(values.length, most); i++) {
                double[] moved = values.clone();
                moved[i] = values[i] + step;
                Values.fill(parameter.getArray(), moved);
                double above = objective();
                moved[i] = values[i] - step;
                Values.fill(parameter.getArray(), moved);
                double expected = (above - objective()) / (2 * step);
                assertEquals(
                    expected,
                    slopes[i],
                    tolerance * Math.max(1, Math.abs(expected)),
                    parameter + "");
              }
              Values.fill(parameter.getArray(), values);
            });
  }

  /**
   * Trains this network by its closed form and a twin by its definition, three batches each, and
   * compares all parameters, running statistics among them.
   */
  final void assertFollows(DrawnNetwork twin, double rounding) {
    for (int i = 0; i < 3; i++) {
      closed();
      twin.block().forward(twin.store, new NDList(twin.x), true);
    }
    for (int i = 0; i < block().getParameters().size(); i++) {
      assertArrayEquals(
          Values.of(twin.block().getParameters().valueAt(i).getArray()),
          Values.of(block().getParameters().valueAt(i).getArray()),
          rounding);
    }
  }
}
