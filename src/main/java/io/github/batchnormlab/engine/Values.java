package io.github.batchnormlab.engine;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import io.github.batchnormlab.study.Precision;

/** Numbers on their way between Java and PyTorch. */
public final class Values {
  private Values() {}

  /** The engine of everything here. */
  public static Engine pytorch() {
    return Engine.getEngine("PyTorch");
  }

  /** DJL's name for a precision. */
  public static DataType dataType(Precision precision) {
    return switch (precision) {
      case FLOAT64 -> DataType.FLOAT64;
      case FLOAT32 -> DataType.FLOAT32;
    };
  }

  /** The values of an array in float64, whatever its type. */
  public static double[] of(NDArray array) {
    return array.toType(DataType.FLOAT64, false).toDoubleArray();
  }

  /**
   * Sets the values of an array, in place.
   *
   * @throws IllegalArgumentException if there are not as many as it has elements
   */
  public static void fill(NDArray array, double[] values) {
    if (values.length != array.size()) {
      throw new IllegalArgumentException(
          values.length + " values do not fill an array of shape " + array.getShape());
    }
    try (NDArray flat = array.stopGradient().reshape(-1);
        NDArray doubles = array.getManager().create(values);
        NDArray typed = doubles.toType(array.getDataType(), false)) {
      flat.set(new NDIndex(":"), typed);
    }
  }
}
