package io.github.batchnormlab.study;

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

  /** {@return the name in options and files} */
  public String id() {
    return id;
  }

  @Override
  public String toString() {
    return id;
  }
}
