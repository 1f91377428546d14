package io.github.batchnormlab.data;

import java.util.List;

/**
 * The rows of one replica, ready to be learned.
 *
 * @param split training and test rows, prepared
 * @param preprocessing how they were prepared, for other rows
 * @param numbers the stream that made the split: its next permutations shuffle the epochs
 * @param warnings what the user should know, in sentences
 */
public record Prepared(
    Split split, Preprocessing preprocessing, NumberStream numbers, List<String> warnings) {
  /**
   * Takes a copy.
   *
   * @param split training and test rows, prepared
   * @param preprocessing how they were prepared, for other rows
   * @param numbers the stream that made the split: its next permutations shuffle the epochs
   * @param warnings what the user should know, in sentences
   */
  public Prepared {
    warnings = List.copyOf(warnings);
  }
}
