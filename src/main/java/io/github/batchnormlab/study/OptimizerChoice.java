package io.github.batchnormlab.study;

/** What moves the parameters at a step. */
public enum OptimizerChoice {
  /** Adam, with the arithmetic of {@code torch.optim.Adam}. */
  ADAM("adam"),
  /** Plain gradient descent, as {@code torch.optim.SGD} without momentum. */
  SGD("sgd");

  private final String id;

  OptimizerChoice(String id) {
    this.id = id;
  }

  @Override
  public String toString() {
    return id;
  }
}
