package io.github.batchnormlab.study;

import java.util.OptionalInt;

/**
 * How many training rows make a step.
 *
 * @param rows the number, or empty for all in one step
 */
public record BatchSize(OptionalInt rows) {
  private static final String FULL = "full";

  /**
   * Reads {@code full} or a number.
   *
   * @throws IllegalArgumentException if it is neither; the message is the rule
   */
  static BatchSize parse(String text) {
    return new BatchSize(
        text.equals(FULL) ? OptionalInt.empty() : OptionalInt.of(Options.whole(text, "full or ")));
  }

  /** {@return whether every step takes all rows, in their order} */
  public boolean isFull() {
    return rows.isEmpty();
  }

  /**
   * {@return the most rows of a step: a last batch of one row joins the one before}
   *
   * @param all how many rows there are
   */
  public int most(int all) {
    int size = Math.min(rows.orElse(all), all);
    return size < all && all % size == 1 ? size + 1 : size;
  }

  @Override
  public String toString() {
    return isFull() ? FULL : Integer.toString(rows.getAsInt());
  }
}
