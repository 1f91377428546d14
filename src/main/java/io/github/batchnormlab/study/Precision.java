package io.github.batchnormlab.study;

/** The floating-point type of all numbers in a training. */
public enum Precision {
  /** 64 bits. */
  FLOAT64("float64"),
  /** 32 bits. */
  FLOAT32("float32");

  private final String id;

  Precision(String id) {
    this.id = id;
  }

  /** {@return the name in options and files} */
  public String id() {
    return id;
  }

  /** {@return the bytes of a number} */
  public int bytes() {
    return this == FLOAT64 ? Double.BYTES : Float.BYTES;
  }

  @Override
  public String toString() {
    return id;
  }
}
