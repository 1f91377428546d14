package io.github.batchnormlab.study;

import java.util.OptionalInt;

/**
 * How many rows to keep: a number, or all that there are.
 *
 * @param count the number, or empty for all
 */
public record Rows(OptionalInt count) {
  private static final String ALL = "all";

  /**
   * Reads {@code all} or a number.
   *
   * @throws IllegalArgumentException if it is neither; the message is the rule
   */
  static Rows parse(String text) {
    return new Rows(
        text.equals(ALL) ? OptionalInt.empty() : OptionalInt.of(Options.whole(text, "all or ")));
  }

  /**
   * {@return the number, or that of all rows}
   *
   * @param all how many rows there are
   */
  public int of(int all) {
    return count.orElse(all);
  }

  @Override
  public String toString() {
    return count.isPresent() ? Integer.toString(count.getAsInt()) : ALL;
  }
}
