package io.github.batchnormlab.study;

import java.util.Arrays;

/** The floating-point type of all numbers in a training. */
public enum Precision {
  FLOAT64("float64"),
  FLOAT32("float32");

  private final String id;

  Precision(String id) {
    this.id = id;
  }

  /**
   * Reads a name.
   *
   * @throws IllegalArgumentException if it is neither; the message is the rule
   */
  static Precision parse(String id) {
    return Arrays.stream(values())
        .filter(precision -> precision.id.equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("must be float64 or float32"));
  }

  /** The name in options and files. */
  public String id() {
    return id;
  }

  /** The bytes of a number. */
  public int bytes() {
    return this == FLOAT64 ? Double.BYTES : Float.BYTES;
  }

  @Override
  public String toString() {
    return id;
  }
}
