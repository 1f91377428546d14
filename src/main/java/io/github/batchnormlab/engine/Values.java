package io.github.batchnormlab.engine;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.batchnormlab.study.Precision;
import java.util.Arrays;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;

/** Numbers on their way between Java and PyTorch. */
public final class Values {
  /** 2 MB of float64. */
  private static final int PART = 1 << 18;

  private Values() {}

  /** {@return the engine of everything here} */
  public static Engine pytorch() {
    return Engine.getEngine("PyTorch");
  }

  /**
   * {@return DJL's name for a precision}
   *
   * @param precision the precision
   */
  public static DataType dataType(Precision precision) {
    return switch (precision) {
      case FLOAT64 -> DataType.FLOAT64;
      case FLOAT32 -> DataType.FLOAT32;
    };
  }

  /**
   * {@return an array of given values, in memory of its own} They go there part by part: all that
   * Java holds of them besides is one part.
   *
   * @param manager what the array belongs to
   * @param values as many as the shape says
   * @param shape the shape
   * @param dataType float64 or float32
   */
  public static NDArray array(NDManager manager, double[] values, Shape shape, DataType dataType) {
    return array(
        manager, (from, to) -> Arrays.copyOfRange(values, (int) from, (int) to), shape, dataType);
  }

  /**
   * {@return an array of values that are computed one by one, part by part}
   *
   * @param manager what the array belongs to
   * @param value gives the value of a place, as many as the shape says
   * @param shape the shape
   * @param dataType float64 or float32
   */
  public static NDArray array(
      NDManager manager, LongToDoubleFunction value, Shape shape, DataType dataType) {
    return array(
        manager,
        (from, to) -> LongStream.range(from, to).mapToDouble(value).toArray(),
        shape,
        dataType);
  }

  /** Gives the values of some places. */
  private interface Places {
    double[] values(long from, long to);
  }

  private static NDArray array(NDManager manager, Places places, Shape shape, DataType dataType) {
    NDArray array = manager.create(shape, dataType);
    try (NDArray flat = array.reshape(-1)) {
      for (long from = 0; from < shape.size(); from += PART) {
        long to = Math.min(shape.size() - from, PART) + from;
        try (NDArray doubles = manager.create(places.values(from, to));
            NDArray typed = doubles.toType(dataType, false)) {
          flat.set(new NDIndex().addSliceDim(from, to), typed);
        }
      }
    }
    return array;
  }

  /**
   * {@return the values of an array in float64, whatever its type}
   *
   * @param array the array
   */
  public static double[] of(NDArray array) {
    return array.toType(DataType.FLOAT64, false).toDoubleArray();
  }

  /**
   * Sets the values of an array, in place.
   *
   * @param array the array
   * @param values what the array is to hold
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
