package io.github.batchnormlab.study;

import java.util.Optional;

/** What the user says is to be learned. */
public enum TaskChoice {
  /** Classes if the target is text, else numbers. */
  AUTO("auto", null),
  /** Numbers. */
  REGRESSION("regression", Task.REGRESSION),
  /** Classes. */
  CLASSIFICATION("classification", Task.CLASSIFICATION);

  private final String id;
  private final Task task;

  TaskChoice(String id, Task task) {
    this.id = id;
    this.task = task;
  }

  /** {@return the task, or empty if the target decides} */
  public Optional<Task> task() {
    return Optional.ofNullable(task);
  }

  @Override
  public String toString() {
    return id;
  }
}
