package io.github.batchnormlab.study;

/** How the weights are drawn that a training starts from. */
public enum Init {
  /** From N(0, 1), as the article does. */
  NORMAL("normal"),
  /** As {@code torch.nn.Linear} does: uniform within 1/sqrt(inputs). */
  PYTORCH("pytorch"),
  /** As {@code torch.nn.init.xavier_uniform_} does, and biases of zero. */
  XAVIER("xavier");

  private final String id;

  Init(String id) {
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
