package io.github.batchnormlab.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.batchnormlab.engine.Values;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Steps against the formula in Java. */
class AdamTest {
  private static final double RATE = 0.01;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void stepsAreThoseOfTheFormula() {
    Random random = new Random(7);
    int count = 19;
    Adam adam = Adam.create(RATE, manager);
    double[] w = random.doubles(count, -1, 1).toArray();
    double[] m = new double[count];
    double[] v = new double[count];
    NDArray weight = Values.array(manager, w, new Shape(count), DataType.FLOAT64);
    for (int t = 1; t <= 50; t++) {
      double[] g = random.doubles(count, -1e-3, 1e-3).toArray();
      adam.update("w", weight, gradients(g));
      for (int i = 0; i < count; i++) {
        m[i] = Adam.BETA_1 * m[i] + (1 - Adam.BETA_1) * g[i];
        v[i] = Adam.BETA_2 * v[i] + (1 - Adam.BETA_2) * g[i] * g[i];
        double root = Math.sqrt(v[i]) / Math.sqrt(1 - Math.pow(Adam.BETA_2, t));
        w[i] -= RATE / (1 - Math.pow(Adam.BETA_1, t)) * m[i] / (root + Adam.EPSILON);
      }
      assertArrayEquals(w, Values.of(weight), 1e-15);
    }
    assertEquals(50, adam.state("w").get("steps")[0]);
    assertArrayEquals(m, adam.state("w").get("mean"), 1e-18);
    assertArrayEquals(v, adam.state("w").get("variance"), 1e-21);
  }

  /** A matrix that is no block of memory, and the rest behind it. */
  private List<NDArray> gradients(double[] values) {
    NDArray all = Values.array(manager, values, new Shape(values.length), DataType.FLOAT64);
    NDArray transposed = all.get("0:12").reshape(3, 4).swapAxes(0, 1).duplicate();
    return List.of(transposed.swapAxes(0, 1), all.get("12:"));
  }

  /** After the state was taken, and put into another one. */
  @Test
  void goesOnToTheLastBit() {
    Adam one = Adam.create(RATE, manager);
    Adam other = Adam.create(RATE, manager);
    NDArray weight = manager.ones(new Shape(5), DataType.FLOAT64);
    NDArray gradient = manager.create(new double[] {1, -2, 3e-4, 0, 5});
    for (int i = 0; i < 3; i++) {
      one.update("w", weight, gradient);
    }
    NDArray twin = weight.duplicate();
    other.restore("w", twin, one.state("w")::get);
    for (int i = 0; i < 3; i++) {
      one.update("w", weight, gradient);
      other.update("w", twin, gradient);
    }
    assertArrayEquals(Values.of(weight), Values.of(twin));
  }
}
