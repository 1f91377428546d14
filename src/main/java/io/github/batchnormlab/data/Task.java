package io.github.batchnormlab.data;

/** What is learned of a row. */
public enum Task {
  /** Numbers. */
  REGRESSION,

  /** Which of some classes it belongs to. */
  CLASSIFICATION
}
