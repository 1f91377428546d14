package io.github.batchnormlab.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.List;

/** The training or the test rows of a replica, ready to go to a device. */
public interface PreparedRows {

  /** {@return the number of rows} */
  int rows();

  /** {@return the names of the targets} */
  List<String> targets();

  /** {@return the targets row by row, classes as their indices} */
  double[] y();

  /**
   * Takes the features to a device.
   *
   * @param manager what the array belongs to
   * @param dataType float64 or float32
   * @return (rows, features)
   */
  NDArray featuresOn(NDManager manager, DataType dataType);

  /**
   * Takes the targets to a device.
   *
   * @param manager what the array belongs to
   * @param dataType float64 or float32
   * @return (rows, targets)
   */
  NDArray targetsOn(NDManager manager, DataType dataType);
}
