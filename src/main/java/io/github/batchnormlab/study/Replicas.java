package io.github.batchnormlab.study;

/**
 * Replicas that train together, as the leading axis of every tensor.
 *
 * @param first the first replica, from 0
 * @param size how many
 */
public record Replicas(int first, int size) {
  /** {@return the replica behind the last} */
  public int end() {
    return first + size;
  }
}
