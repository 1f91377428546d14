package io.github.batchnormlab.study;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A setting that a sweep varies.
 *
 * @param name the setting's name, such as {@code learning-rate}
 * @param values its values as the user has written them, each once
 */
public record Varied(String name, List<String> values) {
  /** More values than these nobody wants to see in one sweep. */
  private static final int MOST = 100_000;

  /** Of a number in a range. */
  private static final int MOST_DIGITS = 9;

  private static final String COMMA = ",";
  private static final String SEMICOLON = ";";

  private static final Pattern RANGE = Pattern.compile("(\\d{1,9})\\.\\.(\\d{1,9})");

  /**
   * Takes a copy of the values.
   *
   * @param name the setting's name
   * @param values its values as the user has written them, each once
   */
  public Varied {
    values = List.copyOf(values);
  }

  /** {@return the option that asks for varied settings, without its dashes} */
  public static String option() {
    return "vary";
  }

  /**
   * Reads {@code hidden=30,300}, or {@code seed=0..31} for all whole numbers from 0 to 31. Where
   * there is a semicolon, the values are parted by these alone, and may hold commas: {@code
   * hidden=64,32;300}.
   *
   * @param text what the user has written
   * @return the setting with its values, which are not checked yet
   * @throws SettingException if it is neither
   */
  public static Varied parse(String text) {
    int at = text.indexOf('=');
    if (at < 1) {
      throw bad(text, "must be a setting and its values, such as hidden=30,300 or seed=0..31");
    }
    Set<String> values = new LinkedHashSet<>();
    String parting = text.indexOf(SEMICOLON) < 0 ? COMMA : SEMICOLON;
    for (String part : text.substring(at + 1).split(parting, -1)) {
      for (String value : expanded(part.strip(), text)) {
        if (value.isEmpty()) {
          throw bad(text, "must have a value at each place, such as hidden=30,300");
        }
        if (!values.add(value)) {
          throw bad(
              text,
              "must name each value once, and not "
                  + value
                  + " twice; values that hold commas are parted by semicolons");
        }
      }
    }
    return new Varied(text.substring(0, at).strip(), List.copyOf(values));
  }

  /** The whole numbers of a range, or the value itself. */
  private static List<String> expanded(String part, String text) {
    Matcher range = RANGE.matcher(part);
    if (!range.matches()) {
      return List.of(part);
    }
    int from = Integer.parseInt(range.group(1));
    int to = Integer.parseInt(range.group(2));
    if (from > to || to - from >= MOST) {
      throw bad(text, "must have ranges from a lower to a higher number, of at most " + MOST);
    }
    List<String> numbers = new ArrayList<>();
    for (int number = from; number <= to; number++) {
      numbers.add(Integer.toString(number));
    }
    return numbers;
  }

  private static SettingException bad(String text, String rule) {
    return new SettingException(option(), text, rule);
  }

  /** The values with ranges for three or more whole numbers in turn. */
  private List<String> parts() {
    List<String> parts = new ArrayList<>();
    int from = 0;
    while (from < values.size()) {
      int to = from + 1;
      while (to < values.size() && follows(values.get(to), values.get(to - 1))) {
        to++;
      }
      if (to - from > 2) {
        parts.add(values.get(from) + ".." + values.get(to - 1));
      } else {
        parts.addAll(values.subList(from, to));
      }
      from = to;
    }
    return parts;
  }

  private static boolean follows(String value, String before) {
    return before.matches("0|[1-9]\\d{0,8}")
        && value.equals(Integer.toString(Integer.parseInt(before) + 1))
        && value.length() <= MOST_DIGITS;
  }

  /** {@return what {@link #parse} reads} */
  @Override
  public String toString() {
    boolean holdsCommas = values.stream().anyMatch(value -> value.contains(COMMA));
    return name + "=" + String.join(holdsCommas ? SEMICOLON : COMMA, parts());
  }
}
