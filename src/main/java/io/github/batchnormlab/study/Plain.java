package io.github.batchnormlab.study;

import java.util.Locale;

/** Text for people, without what a screen obeys. */
public final class Plain {
  private Plain() {}

  /**
   * The text with an escape such as <code>&#92;u001b</code> for each character that has no picture.
   */
  public static String text(String text) {
    StringBuilder plain = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (isVisible(c)) {
                plain.appendCodePoint(c);
              } else {
                plain.append(c == '\n' ? "\\n" : c == '\r' ? "\\r" : String.format("\\u%04x", c));
              }
            });
    return plain.toString();
  }

  /** The same, cut behind so many characters. */
  public static String cut(String text, int most) {
    String whole = text(text);
    return whole.codePointCount(0, whole.length()) <= most
        ? whole
        : whole.substring(0, whole.offsetByCodePoints(0, most - 1)) + "…";
  }

  private static boolean isVisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  /** A count with its thousands marked, such as {@code 10,000}. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** A count and what is counted. */
  public static String count(long count, String one) {
    return count(count, one, one + "s");
  }

  /** A count and what is counted, where many are not called by an s. */
  public static String count(long count, String one, String many) {
    return count(count) + " " + (count == 1 ? one : many);
  }
}
