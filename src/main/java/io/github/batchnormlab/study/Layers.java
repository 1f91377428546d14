package io.github.batchnormlab.study;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The hidden layers of a network.
 *
 * @param units the units of each layer, from the input on; at least one layer
 */
public record Layers(List<Integer> units) {

  /**
   * @param units the units of each layer, from the input on; at least one layer
   * @throws IllegalArgumentException if there is no layer, or one has no unit
   */
  public Layers {
    units = List.copyOf(units);
    if (units.isEmpty() || units.size() > MOST || units.stream().anyMatch(n -> n < 1)) {
      throw new IllegalArgumentException(RULE);
    }
  }

  /** More layers than these nobody trains, and a slip of a finger must not take all memory. */
  private static final int MOST = 1_000;

  private static final String RULE =
      "must be whole numbers of at least 1, joined by commas, such as 300 or 64,64,32, or 64x20 for"
          + " 20 layers of 64; and at most "
          + MOST
          + " layers";

  private static final String TIMES = "x";

  /** So many layers alike are written as a product. */
  private static final int MANY = 4;

  /**
   * Reads {@code 300}, {@code 64,64,32} or {@code 64x20}, which is 20 layers of 64.
   *
   * @throws IllegalArgumentException if it is neither; the message is the rule
   */
  static Layers parse(String text) {
    List<Integer> units = new ArrayList<>();
    try {
      for (String part : text.split(",", -1)) {
        String[] factors = part.strip().split(TIMES, 2);
        int times = factors.length == 1 ? 1 : Integer.parseInt(factors[1]);
        if (times < 1 || times > MOST - units.size()) { // Before they take memory.
          throw new IllegalArgumentException(RULE);
        }
        units.addAll(Collections.nCopies(times, Integer.valueOf(factors[0])));
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(RULE, e);
    }
    return new Layers(units);
  }

  /** {@return how many layers} */
  public int count() {
    return units.size();
  }

  /** {@return the units of the widest layer} */
  public int widest() {
    return units.stream().mapToInt(Integer::intValue).max().orElseThrow();
  }

  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    for (int from = 0; from < units.size(); ) {
      int to = from;
      while (to < units.size() && units.get(to).equals(units.get(from))) {
        to++;
      }
      parts.addAll(
          to - from < MANY
              ? Collections.nCopies(to - from, units.get(from).toString())
              : List.of(units.get(from) + TIMES + (to - from)));
      from = to;
    }
    return String.join(",", parts);
  }
}
