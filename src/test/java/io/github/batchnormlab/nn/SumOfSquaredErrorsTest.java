package io.github.batchnormlab.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class SumOfSquaredErrorsTest {

  @Test
  void sumsOverBatchAndOutputs() {
    try (NDManager manager = NDManager.newBaseManager()) {
      var labels = new NDList(manager.create(new double[] {1, 2, 3, 4}, new Shape(2, 2)));
      var predictions = new NDList(manager.create(new double[] {2, 4, 3, 1}, new Shape(2, 2)));
      assertEquals(
          1 + 4 + 0 + 9, new SumOfSquaredErrors().evaluate(labels, predictions).getDouble());
    }
  }

  @Test
  void keepsReplicasApart() {
    try (NDManager manager = NDManager.newBaseManager()) {
      var labels = new NDList(manager.create(new double[] {1, 2, 3, 4}, new Shape(2, 1, 2)));
      var predictions = new NDList(manager.create(new double[] {2, 4, 3, 1}, new Shape(2, 1, 2)));
      assertArrayEquals(
          new double[] {5, 9},
          new SumOfSquaredErrors().evaluate(labels, predictions).toDoubleArray());
    }
  }
}
