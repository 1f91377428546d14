package io.github.batchnormlab.data;

import io.github.batchnormlab.study.Plain;
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
    return "'" + Plain.text(kept) + "'";
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

  /** What is wrong with a text where a number is due, as a clause. */
  static String noNumber(String text) {
    return quoted(text) + " is no number, as the training data have here";
  }

  /** What is wrong with a value that is missing, as a clause. */
  static String missing(String text) {
    return text.isBlank() ? "the value is missing" : "the value is missing (" + quoted(text) + ")";
  }
}
