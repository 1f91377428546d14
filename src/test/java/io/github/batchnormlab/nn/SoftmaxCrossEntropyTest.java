package io.github.batchnormlab.nn;

import static io.github.batchnormlab.nn.Blocks.assertGradient;
import static io.github.batchnormlab.nn.Blocks.normal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.batchnormlab.FreedMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SoftmaxCrossEntropyTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static NDArray loss(NDArray labels, NDArray predictions) {
    return new SoftmaxCrossEntropy().evaluate(new NDList(labels), new NDList(predictions));
  }

  private NDArray array(Shape shape, double... values) {
    return manager.create(values, shape);
  }

  private void backward(NDArray labels, NDArray predictions, Runnable before) {
    predictions.setRequiresGradient(true);
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray sum = loss(labels, predictions).sum();
      before.run();
      collector.backward(sum);
    }
  }

  /** exp of the rows is 1, 2, 5 and 4, 3, 1. */
  @Test
  void sumsTheLogarithmsOfTheSharesOfTheTrueClasses() {
    NDArray z =
        array(new Shape(2, 3), 0, Math.log(2), Math.log(5), Math.log(4), Math.log(3), Math.log(1));
    NDArray labels = array(new Shape(2, 1), 2, 0);
    assertEquals(-Math.log(5.0 / 8) - Math.log(4.0 / 8), loss(labels, z).getDouble(), 1e-15);
    assertEquals(0, loss(labels, z).getShape().dimension());
  }

  @Test
  void keepsReplicasApart() {
    NDArray z = array(new Shape(2, 1, 3), 0, Math.log(2), Math.log(5), Math.log(4), Math.log(3), 0);
    NDArray labels = array(new Shape(2, 1, 1), 1, 2);
    assertArrayEquals(
        new double[] {-Math.log(2.0 / 8), -Math.log(1.0 / 8)},
        loss(labels, z).toDoubleArray(),
        1e-15);
  }

  @Test
  void gradientsAreFiniteDifferencesOfTheLoss() {
    NDArray labels = array(new Shape(2, 3, 1), 0, 1, 2, 3, 0, 2);
    NDArray z = normal(manager, 2, 3, 4);
    backward(labels, z, () -> {});
    assertGradient(z, () -> loss(labels, z).sum().getDouble());
  }

  @Test
  void theGradientIsTheSharesLessOneForTheTrueClass() {
    NDArray z = array(new Shape(1, 3), 0, Math.log(2), Math.log(5));
    backward(array(new Shape(1, 1), 1), z, () -> {});
    assertArrayEquals(
        new double[] {1.0 / 8, 2.0 / 8 - 1, 5.0 / 8}, z.getGradient().toDoubleArray(), 1e-15);
  }

  @Test
  void collectingGarbageBeforeTheBackwardPassChangesNothing() {
    NDArray labels = array(new Shape(2, 3, 1), 0, 1, 2, 3, 0, 2);
    NDArray z = normal(manager, 2, 3, 4);
    NDArray twin = z.duplicate();
    backward(labels, z, () -> {});
    backward(labels, twin, FreedMemory::overwrite);
    assertArrayEquals(z.getGradient().toDoubleArray(), twin.getGradient().toDoubleArray());
  }

  /** exp(1000) is infinite and exp(-1000) is zero; their logarithms must not be taken. */
  @Test
  void hugePredictionsGiveFiniteNumbers() {
    NDArray z = array(new Shape(2, 2), 1000, -1000, 1000, -1000);
    backward(array(new Shape(2, 1), 1, 0), z, () -> {});
    assertEquals(2000, loss(array(new Shape(2, 1), 1, 0), z.stopGradient()).getDouble());
    assertArrayEquals(new double[] {1, -1, 0, 0}, z.getGradient().toDoubleArray());
  }

  @Test
  void worksInFloat32() {
    NDArray z = array(new Shape(1, 3), 0, Math.log(2), Math.log(5));
    NDArray floats = z.toType(DataType.FLOAT32, false);
    NDArray labels = array(new Shape(1, 1), 1).toType(DataType.FLOAT32, false);
    NDArray loss = loss(labels, floats);
    assertEquals(DataType.FLOAT32, loss.getDataType());
    assertEquals(Math.log(4), loss.getFloat(), 1e-6);
  }

  @Test
  void refusesLabelsThatAreNotOneForEachRow() {
    NDArray z = normal(manager, 2, 3, 4);
    for (Shape shape :
        new Shape[] {new Shape(2, 3), new Shape(2, 2, 1), new Shape(1, 3, 1), new Shape(2, 3, 4)}) {
      NDArray labels = manager.zeros(shape, DataType.FLOAT64);
      var error = assertThrows(IllegalArgumentException.class, () -> loss(labels, z));
      assertTrue(error.getMessage().contains(shape.toString()), error.getMessage());
    }
    NDArray row = normal(manager, 4);
    assertThrows(IllegalArgumentException.class, () -> loss(array(new Shape(1), 1), row));
  }

  @Test
  void refusesALabelThatIsNoClass() {
    NDArray z = normal(manager, 1, 3);
    assertThrows(EngineException.class, () -> loss(array(new Shape(1, 1), 3), z));
  }
}
