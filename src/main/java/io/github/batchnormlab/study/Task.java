package io.github.batchnormlab.study;

import java.util.Arrays;

/** What is learned of a row. */
public enum Task {
  /** Numbers. */
  REGRESSION("regression"),

  /** Which of some classes it belongs to. */
  CLASSIFICATION("classification");

  private final String id;

  Task(String id) {
    this.id = id;
  }

  /**
   * {@return the task of a name}
   *
   * @param id the name
   * @throws IllegalArgumentException if there is none
   */
  public static Task of(String id) {
    return Arrays.stream(values())
        .filter(task -> task.id.equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no task is called " + id));
  }

  @Override
  public String toString() {
    return id;
  }
}
