package io.github.batchnormlab.djl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.DoubleBuffer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What DJL does wrong with arrays and their memory. */
class DjlFaultsInArraysTest {
  private static final int TRIES = 10;

  private final Engine engine = Engine.getEngine("PyTorch");
  private final NDManager manager = engine.newBaseManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  /** Why Training has a scope for each step: parameters come first, and belong to the model. */
  @Test
  void aResultLivesAsLongAsItsFirstOperand() {
    NDArray parameter = manager.ones(new Shape(1));
    try (NDManager ofTheStep = manager.newSubManager()) {
      NDArray data = ofTheStep.ones(new Shape(1));
      assertSame(ofTheStep, data.mul(parameter).getManager());
      assertSame(manager, parameter.mul(data).getManager());
    }
  }

  /** Why Constants, Adam and Training unregister what is to outlive a scope. */
  @Test
  void aScopeClosesWhatAManagerWasGiven() {
    NDArray kept;
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      kept = manager.ones(new Shape(1));
      kept.attach(manager.newSubManager());
    }
    assertTrue(((PtNDArray) kept).isReleased());
  }

  /** Why Values.fill writes by an index: parameters are views, and a view is cut off. */
  @Test
  void numbersSetOnAViewStayOutOfTheArray() {
    NDArray array = manager.zeros(new Shape(3), DataType.FLOAT64);
    NDArray view = array.get("1:3");
    view.set(DoubleBuffer.wrap(new double[] {1, 2}));
    assertArrayEquals(new double[] {1, 2}, view.toDoubleArray());
    assertArrayEquals(new double[3], array.toDoubleArray());
  }

  /** Why Values.fill writes by an index; DJL copies by setting. */
  @Test
  void aCopyToAViewStaysOutOfTheArray() {
    NDArray array = manager.zeros(new Shape(3), DataType.FLOAT64);
    manager.ones(new Shape(2), DataType.FLOAT64).copyTo(array.get("1:3"));
    assertArrayEquals(new double[3], array.toDoubleArray());
  }

  /** A trap: what Models so copies it may save, and not change. Only a duplicate is a copy. */
  @Test
  void aCopyThatWasAskedForIsNoneOnTheSameDevice() {
    NDArray array = manager.zeros(new Shape(1), DataType.FLOAT64);
    array.toDevice(Device.cpu(), true).addi(1);
    array.toType(DataType.FLOAT64, true).addi(1);
    array.duplicate().addi(1);
    assertArrayEquals(new double[] {2}, array.toDoubleArray());
  }

  /** Why Study collects garbage before it trains: only that frees what data were copied through. */
  @Test
  void aClosedArrayKeepsItsMemory() {
    double[] numbers = new double[1 << 17];
    // A collection may come in between, but not each time.
    assertTrue(
        IntStream.range(0, TRIES)
            .anyMatch(
                i -> {
                  long before = directMemory();
                  manager.create(numbers).close();
                  return directMemory() - before >= (long) numbers.length * Double.BYTES;
                }));
  }

  private static long directMemory() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  /** Why BatchNorm takes its means axis by axis. */
  @Test
  void aMeanOverTwoAxesIsRefused() {
    NDArray array = manager.ones(new Shape(2, 2, 2), DataType.FLOAT64);
    int[] axes = {0, 2};
    assertThrows(UnsupportedOperationException.class, () -> array.mean(axes, true));
  }

  /** Why Constants fills an array by JniUtils.full: a filled one takes a float. */
  @Test
  void anArrayCannotBeFilledWithADouble() {
    assertThrows(
        NoSuchMethodException.class,
        () -> NDManager.class.getMethod("full", Shape.class, double.class, DataType.class));
  }

  /** Why InitialWeights draws uniform numbers with the engine's own method and not with DJL's. */
  @Test
  void uniformNumbersHaveBoundsInFloatOnly() {
    assertThrows(
        NoSuchMethodException.class,
        () ->
            NDManager.class.getMethod(
                "randomUniform", double.class, double.class, Shape.class, DataType.class));
  }

  /** Why InitialWeights draws on one thread: there is one generator, and it cannot be chosen. */
  @Test
  void aSeedIsOneForAllThreads() throws Exception {
    engine.setRandomSeed(1);
    double first = draw();
    engine.setRandomSeed(1);
    OtherThread.call(this::draw);
    assertNotEquals(first, draw());
  }

  private double draw() {
    return manager.randomNormal(0, 1, new Shape(1), DataType.FLOAT64).getDouble(0);
  }
}
