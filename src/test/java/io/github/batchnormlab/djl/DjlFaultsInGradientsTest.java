package io.github.batchnormlab.djl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import io.github.batchnormlab.FreedMemory;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What DJL does wrong with gradients. */
class DjlFaultsInGradientsTest {
  private static final int TRIES = 30;
  private static final double AT = 3;

  private final Engine engine = Engine.getEngine("PyTorch");
  private final NDManager manager = engine.newBaseManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  /** Why there is Constants, and why no Number may stand inside a gradient. */
  @Test
  void aNumberAsOperandGivesWrongGradients() {
    assertTrue(isEverWrong(x -> x.mul(AT)));
  }

  /** What Constants does. It shows that the other tests find faults, and not their own mistakes. */
  @Test
  void aNumberInMemoryOfItsOwnGivesTheRightGradient() {
    assertFalse(
        isEverWrong(
            x -> {
              try (NDArray borrowed = x.getManager().create(AT)) {
                return x.mul(borrowed.duplicate());
              }
            }));
  }

  /** Why Constants and InitialWeights copy what they make of Java's numbers. */
  @Test
  void anArrayOfJavasIsFreedWhileTheGraphStillReadsIt() {
    assertTrue(
        isEverWrong(
            x -> {
              try (NDArray borrowed = x.getManager().create(new double[] {AT})) {
                return x.mul(borrowed);
              }
            }));
  }

  /** Why there is SumOfSquaredErrors: DJL's losses have number operands. */
  @Test
  void theLossOfDjlGivesWrongGradients() {
    NDList zero = new NDList(manager.zeros(new Shape(1), DataType.FLOAT64));
    assertTrue(isEverWrong(x -> Loss.l2Loss().evaluate(zero, new NDList(x))));
  }

  /** Whether the derivative at 3, which is 3, comes out wrong if freed memory is used again. */
  private boolean isEverWrong(UnaryOperator<NDArray> function) {
    return IntStream.range(0, TRIES)
        .anyMatch(i -> derivative(function, FreedMemory::overwrite) != AT);
  }

  /** A trap for whoever joins layers: FlatParameters concatenates outside of gradients only. */
  @Test
  void theConcatenationOfOneArrayHasNoGradient() {
    assertEquals(1, derivativeOfSum(x -> NDArrays.concat(new NDList(x))));
  }

  /** A trap: Constants and InitialWeights duplicate what has no gradient anyway. */
  @Test
  void aDuplicateHasNoGradient() {
    assertEquals(1, derivativeOfSum(NDArray::duplicate));
  }

  /** Why a scalar of Constants is of one type for all: an operand needs no conversion. */
  @Test
  void anArrayOfAnotherTypeHasNoGradient() {
    assertEquals(1, derivativeOfSum(x -> x.toType(DataType.FLOAT32, false)));
  }

  /** The derivative of x + f(x), which is 2 for each f that gives x back. */
  private double derivativeOfSum(UnaryOperator<NDArray> identity) {
    assertEquals(2, derivative(x -> x.add(x.reshape(1)), () -> {}));
    return derivative(x -> x.add(identity.apply(x)), () -> {});
  }

  private double derivative(UnaryOperator<NDArray> function, Runnable beforeBackward) {
    try (NDManager own = manager.newSubManager();
        GradientCollector collector = engine.newGradientCollector()) {
      NDArray x = own.ones(new Shape(1), DataType.FLOAT64).muli(AT);
      x.setRequiresGradient(true);
      NDArray y = function.apply(x);
      beforeBackward.run();
      collector.backward(y);
      return x.getGradient().getDouble(0);
    }
  }

  /** Why there is Autograd: arms train at the same time, each on a thread of its own. */
  @Test
  void oneThreadsGradientsForbidAllOthersTheirs() {
    GradientCollector collector = engine.newGradientCollector();
    try {
      ExecutionException e =
          assertThrows(
              ExecutionException.class,
              () ->
                  OtherThread.call(
                      () -> {
                        engine.newGradientCollector().close();
                        return null;
                      }));
      assertInstanceOf(IllegalStateException.class, e.getCause());
    } finally {
      collector.close();
    }
  }

  /** Why Autograd can switch gradients off, and each training begins with that. */
  @Test
  void gradientsAreOnWhereNobodyAskedForThem() throws Exception {
    assertTrue(OtherThread.call(JniUtils::isGradMode));
  }

  /** Why Autograd sets gradients to zero itself: DJL subtracts them from themselves. */
  @Test
  void aGradientThatIsNotFiniteIsNeverZeroAgain() {
    NDArray x = manager.ones(new Shape(1), DataType.FLOAT64);
    x.setRequiresGradient(true);
    try (GradientCollector collector = engine.newGradientCollector()) {
      collector.backward(x.div(x.zerosLike()));
      collector.zeroGradients();
    }
    assertTrue(Double.isNaN(x.getGradient().getDouble(0)));
  }

  /** Why Autograd goes parameter by parameter: another training is in another manager. */
  @Test
  void gradientsOfOthersAreSetToZeroToo() {
    NDArray x = manager.ones(new Shape(1), DataType.FLOAT64);
    x.setRequiresGradient(true);
    try (GradientCollector collector = engine.newGradientCollector()) {
      collector.backward(x.square());
    }
    assertEquals(2, x.getGradient().getDouble(0));
    try (GradientCollector ofSomebodyElse = engine.newGradientCollector()) {
      ofSomebodyElse.zeroGradients();
    }
    assertEquals(0, x.getGradient().getDouble(0));
  }

  /**
   * A trap: the linear layers' bias before batch normalization requires no gradient, so that
   * FlatParameters never meets one that nothing was computed for.
   */
  @Test
  void aGradientThatWasNotComputedIsOfTheWrongType() {
    NDArray x = manager.ones(new Shape(1), DataType.FLOAT64);
    x.setRequiresGradient(true);
    assertEquals(DataType.FLOAT32, x.getGradient().getDataType());
  }
}
