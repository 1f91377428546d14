package io.github.batchnormlab.study;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The hidden layers of a network.
 *
 * @param units the units of each layer, from the input on; at least one layer
 */
public record Layers(List<Integer> units) {

  /**
   * @throws IllegalArgumentException if there is no layer, or one has no unit
   */
  public Layers {
    units = List.copyOf(units);
    if (units.isEmpty() || units.stream().anyMatch(n -> n < 1)) {
      throw new IllegalArgumentException(RULE);
    }
  }

  private static final String RULE = "must be whole numbers of at least 1, joined by commas";

  /**
   * Reads {@code 300} or {@code 64,64,32}.
   *
   * @throws IllegalArgumentException if it is neither; the message is the rule
   */
  static Layers parse(String text) {
    try {
      return new Layers(Arrays.stream(text.split(",", -1)).map(Integer::valueOf).toList());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(RULE, e);
    }
  }

  /** How many layers. */
  public int count() {
    return units.size();
  }

  /** The units of the widest layer. */
  public int widest() {
    return units.stream().mapToInt(Integer::intValue).max().orElseThrow();
  }

  @Override
  public String toString() {
    return units.stream().map(Object::toString).collect(Collectors.joining(","));
  }
}
