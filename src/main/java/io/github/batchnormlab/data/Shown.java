package io.github.batchnormlab.data;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Text of a file as it may stand in a sentence: short, on one line, without what a screen obeys.
 */
final class Shown {
  private static final int MOST_CHARACTERS = 60;

  /** So many names are enough to find the others. */
  static final int MOST_NAMES = 10;

  private Shown() {}

  /** The text between quotes, cut after 60 characters. */
  static String quoted(String text) {
    int length = text.codePointCount(0, Math.min(text.length(), 2 * MOST_CHARACTERS + 2));
    boolean whole = text.length() <= 2 * MOST_CHARACTERS + 2 && length <= MOST_CHARACTERS;
    String kept =
        whole ? text : text.substring(0, text.offsetByCodePoints(0, MOST_CHARACTERS)) + "…";
    return "'" + plain(kept) + "'";
  }

  /** Up to ten of all texts, each between quotes, and how many more there are. */
  static String list(List<String> texts) {
    int left = texts.size() - MOST_NAMES;
    return left > 0 ? first(texts) + " and " + left + " more" : first(texts);
  }

  /** Up to ten of texts that need not be all, each between quotes. */
  static String some(List<String> texts) {
    return texts.size() > MOST_NAMES ? first(texts) + ", …" : first(texts);
  }

  private static String first(List<String> texts) {
    return texts.stream().limit(MOST_NAMES).map(Shown::quoted).collect(Collectors.joining(", "));
  }

  /**
   * The text with an escape such as <code>&#92;u001b</code> for each character that has no picture.
   */
  static String plain(String text) {
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
}
