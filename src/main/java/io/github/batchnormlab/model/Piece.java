package io.github.batchnormlab.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.batchnormlab.nn.fast.Moments;

/**
 * Rows of a batch that go through a network together.
 *
 * @param x (replicas, rows, features)
 * @param y (replicas, rows, targets), as a loss takes it
 * @param columns those of x that a fast network keeps, or null
 * @param moments those of the whole batch that a fast network needs, or null
 */
public record Piece(NDArray x, NDList y, NDArray columns, Moments moments) {

  /** {@return the number of rows} */
  public int rows() {
    return (int) x.getShape().get(1);
  }
}
