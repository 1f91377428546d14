package io.github.batchnormlab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.batchnormlab.FreedMemory;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** DJL's own number operands fail here, see the tests of its faults. */
class ConstantsTest {
  private static final int TRIES = 30;

  @Test
  void constantsGiveTheRightGradients() {
    assertEquals(0, wrongGradients(x -> x.mul(Constants.create(x.getManager(), 3.0))));
  }

  /** How often d(3x)/dx is not 3 when memory is collected and reused before the backward pass. */
  private static int wrongGradients(Function<NDArray, NDArray> triple) {
    int wrong = 0;
    for (int i = 0; i < TRIES; i++) {
      try (NDManager manager = NDManager.newBaseManager();
          GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray x = manager.ones(new Shape(1), DataType.FLOAT64);
        x.setRequiresGradient(true);
        NDArray y = triple.apply(x);
        FreedMemory.overwrite();
        collector.backward(y);
        if (x.getGradient().getDouble(0) != 3.0) {
          wrong++;
        }
      }
    }
    return wrong;
  }
}
