package io.github.batchnormlab.study;

import java.util.Arrays;

/** The function behind each hidden layer. */
public enum Activation {
  /** tanh(z). */
  TANH("tanh"),
  /** max(z, 0). */
  RELU("relu"),
  /** 1 / (1 + exp(-z)). */
  SIGMOID("sigmoid"),
  /** z Φ(z), with the normal distribution's own Φ and not with its approximation by tanh. */
  GELU("gelu"),
  /** z. */
  LINEAR("linear");

  private final String id;

  Activation(String id) {
    this.id = id;
  }

  /**
   * Reads a name.
   *
   * @throws IllegalArgumentException if it is none; the message is the rule
   */
  static Activation parse(String id) {
    return Arrays.stream(values())
        .filter(activation -> activation.id.equals(id))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("must be tanh, relu, sigmoid, gelu or linear"));
  }

  /** The name in options and files. */
  public String id() {
    return id;
  }

  @Override
  public String toString() {
    return id;
  }
}
