package io.github.batchnormlab.study;

import java.util.Arrays;

/** How the weights are drawn that a training starts from. */
public enum Init {
  /** From N(0, 1), as the article does. */
  NORMAL("normal"),
  /** As {@code torch.nn.Linear} does: uniform within 1/sqrt(inputs). */
  PYTORCH("pytorch");

  private final String id;

  Init(String id) {
    this.id = id;
  }

  /**
   * Reads a name.
   *
   * @throws IllegalArgumentException if it is neither; the message is the rule
   */
  static Init parse(String id) {
    return Arrays.stream(values())
        .filter(init -> init.id.equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("must be normal or pytorch"));
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
