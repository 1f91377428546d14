package io.github.batchnormlab.study;

import java.util.Arrays;
import java.util.Optional;

/** What parts the cells of a table. */
public enum Delimiter {
  /** A comma. */
  COMMA(",", ','),
  /** A semicolon. */
  SEMICOLON(";", ';'),
  /** A tabulator. */
  TAB("tab", '\t');

  private final String id;
  private final char character;

  Delimiter(String id, char character) {
    this.id = id;
    this.character = character;
  }

  /**
   * Reads one, as it is called here or as it stands in the file.
   *
   * @throws IllegalArgumentException if it is none; the message is the rule
   */
  static Delimiter parse(String text) {
    return Arrays.stream(values())
        .filter(delimiter -> delimiter.id.equals(text) || text.equals("" + delimiter.character))
        .findFirst()
        .or(() -> text.equals("\\t") ? Optional.of(TAB) : Optional.empty())
        .orElseThrow(
            () -> new IllegalArgumentException("must be a comma, a semicolon or the word tab"));
  }

  /**
   * Reads one that an option gives.
   *
   * @param option the option's name
   * @param text the text
   * @return the delimiter
   * @throws SettingException if it is none
   */
  public static Delimiter read(String option, String text) {
    try {
      return parse(text);
    } catch (IllegalArgumentException e) {
      throw new SettingException(option, text, e.getMessage());
    }
  }

  /** {@return the character in the file} */
  public char character() {
    return character;
  }

  @Override
  public String toString() {
    return id;
  }
}
