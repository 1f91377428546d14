package io.github.batchnormlab.data;

import java.util.List;
import java.util.Optional;

/**
 * The rows of one replica, ready to be learned.
 *
 * @param train the rows that it learns
 * @param test the rows that it is tested on, with the same features and targets
 * @param preprocessing how they were prepared, for other rows
 * @param numbers the stream that made the split: its next permutations shuffle the epochs
 * @param warnings what the user should know, in sentences
 * @param blocks all rows, where they stay in blocks; the split then has the first of them alone
 */
public record Prepared(
    PreparedRows train,
    PreparedRows test,
    Preprocessing preprocessing,
    NumberStream numbers,
    List<String> warnings,
    Optional<BlockedRows> blocks) {
  /**
   * Takes a copy.
   *
   * @param train the rows that it learns
   * @param test the rows that it is tested on, with the same features and targets
   * @param preprocessing how they were prepared, for other rows
   * @param numbers the stream that made the split: its next permutations shuffle the epochs
   * @param warnings what the user should know, in sentences
   * @param blocks all rows, where they stay in blocks; the split then has the first of them alone
   */
  public Prepared {
    warnings = List.copyOf(warnings);
  }

  /**
   * Rows of a table or points that are all in the split.
   *
   * @param split training and test rows, prepared
   * @param preprocessing how they were prepared, for other rows
   * @param numbers the stream that made the split: its next permutations shuffle the epochs
   * @param warnings what the user should know, in sentences
   */
  public Prepared(
      Split split, Preprocessing preprocessing, NumberStream numbers, List<String> warnings) {
    this(split, preprocessing, numbers, warnings, Optional.empty());
  }

  /**
   * Rows of a table, of which there may be more in blocks.
   *
   * @param split training and test rows, prepared
   * @param preprocessing how they were prepared, for other rows
   * @param numbers the stream that made the split: its next permutations shuffle the epochs
   * @param warnings what the user should know, in sentences
   * @param blocks all rows, where they stay in blocks
   */
  public Prepared(
      Split split,
      Preprocessing preprocessing,
      NumberStream numbers,
      List<String> warnings,
      Optional<BlockedRows> blocks) {
    this(split.train(), split.test(), preprocessing, numbers, warnings, blocks);
  }

  /**
   * {@return the rows as those of a table}
   *
   * @throws ClassCastException if they are not
   */
  public Split split() {
    return new Split((Table) train, (Table) test);
  }
}
