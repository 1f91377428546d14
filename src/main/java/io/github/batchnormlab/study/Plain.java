package io.github.batchnormlab.study;

import java.util.Locale;

/** Text for people, without what a screen obeys. */
public final class Plain {
  private Plain() {}

  /**
   * {@return the text with an escape such as <code>&#92;u001b</code> for each character that has no
   * picture}
   *
   * @param text the text
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

  /**
   * {@return the same, cut behind so many characters}
   *
   * @param text the text
   * @param most how many characters may stay
   */
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

  /**
   * {@return a count with its thousands marked, such as {@code 10,000}}
   *
   * @param count how many
   */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /**
   * {@return a count and what is counted}
   *
   * @param count how many
   * @param one what one of them is called
   */
  public static String count(long count, String one) {
    return count(count, one, one + "s");
  }

  /**
   * {@return a count and what is counted, where many are not called by an s}
   *
   * @param count how many
   * @param one what one of them is called
   * @param many what several of them are called
   */
  public static String count(long count, String one, String many) {
    return count(count) + " " + (count == 1 ? one : many);
  }
}
