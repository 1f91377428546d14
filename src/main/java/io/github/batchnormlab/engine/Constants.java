package io.github.batchnormlab.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;

/**
 * Numbers as arrays that own their memory, the only kind that is safe inside a gradient.
 *
 * <p>DJL turns a Java number or Java array into a native array that borrows Java's memory. Of a
 * number operand, as in {@code array.mul(3.0)}, the borrowed memory is given up at once, while the
 * backward pass still reads it: after a garbage collection the gradient is wrong, silently.
 */
public final class Constants {
  private Constants() {}

  /**
   * {@return a float64 scalar that belongs to {@code manager} and whose memory is its own}
   *
   * <p>As an operand it takes the type of the other array, so one kind serves float32 too.
   *
   * @param manager what the array belongs to
   * @param value the value
   */
  public static NDArray create(NDManager manager, double value) {
    // What DJL's own API offers borrows Java's memory, or takes a float.
    return filled(manager, new Shape(), value, DataType.FLOAT64);
  }

  /**
   * {@return an array whose values are all the same, in memory of its own}
   *
   * @param manager what the array belongs to
   * @param shape the shape
   * @param value the value
   * @param dataType the type
   */
  public static NDArray filled(NDManager manager, Shape shape, double value, DataType dataType) {
    return JniUtils.full(
        (PtNDManager) manager, shape, value, dataType, manager.getDevice(), SparseFormat.DENSE);
  }

  /**
   * {@return a scalar as {@link #create}, that no {@code NDScope} closes before its manager does}
   *
   * @param manager what the array belongs to
   * @param value the value
   */
  public static NDArray lasting(NDManager manager, double value) {
    NDArray scalar = create(manager, value);
    NDScope.unregister(scalar);
    return scalar;
  }
}
