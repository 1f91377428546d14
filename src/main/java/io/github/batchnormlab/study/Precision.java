package io.github.batchnormlab.study;

import ai.djl.ndarray.types.DataType;
import java.util.Arrays;

/** The floating-point type of all numbers in a training. */
public enum Precision {
  FLOAT64("float64", DataType.FLOAT64),
  FLOAT32("float32", DataType.FLOAT32);

  private final String id;
  private final DataType dataType;

  Precision(String id, DataType dataType) {
    this.id = id;
    this.dataType = dataType;
  }

  /**
   * Reads a name.
   *
   * @throws SettingException if it is neither
   */
  public static Precision parse(String id) {
    return Arrays.stream(values())
        .filter(precision -> precision.id.equals(id))
        .findFirst()
        .orElseThrow(() -> new SettingException("precision", id, "must be float64 or float32"));
  }

  /** The name in options and files. */
  public String id() {
    return id;
  }

  /** DJL's name for it. */
  public DataType dataType() {
    return dataType;
  }

  @Override
  public String toString() {
    return id;
  }
}
