package io.github.batchnormlab.study;

import java.io.Serializable;
import java.util.stream.IntStream;

/**
 * Replicas that train together, as the leading axis of every tensor.
 *
 * @param first the first replica, from 0
 * @param size how many
 */
public record Replicas(int first, int size) implements Serializable {
  /** {@return the replica behind the last} */
  public int end() {
    return first + size;
  }

  /**
   * {@return the seeds of the replicas}
   *
   * @param seed that of the study, which replica 0 has
   */
  public IntStream seeds(int seed) {
    return IntStream.range(first, end()).map(replica -> seed + replica);
  }
}
