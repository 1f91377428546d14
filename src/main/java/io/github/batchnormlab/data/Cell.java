package io.github.batchnormlab.data;

import java.nio.CharBuffer;

/**
 * What a cell says: a number, a text, or that a value is missing. The column plays no part.
 *
 * <ul>
 *   <li>Spaces and tabs around a cell count for nothing, but for a text in quotes, which is taken
 *       as it stands.
 *   <li>A number is an optional sign, ASCII digits with at most one point among, before or behind
 *       them, and an optional exponent: {@code -12}, {@code .5}, {@code 3.}, {@code +1.5E-7}. It is
 *       rounded to the nearest float64, as Python's {@code float} does.
 *   <li>Missing are: nothing, {@code NA}, {@code ?}; in any case and with any sign {@code NaN},
 *       {@code inf} and {@code infinity}; a number too large for float64, such as {@code 1e999}.
 *   <li>All else is text: {@code 1,5}, {@code 1_000}, {@code 0x1p3}, {@code 1d}, {@code n/a}.
 * </ul>
 *
 * <p>One object reads one cell after the other.
 */
final class Cell {
  /** What a cell can be. */
  enum Kind {
    MISSING,
    NUMBER,
    TEXT
  }

  /** A long holds any number of so many digits. */
  private static final int MOST_DIGITS = 18;

  /** No number of a cell of allowed length needs a larger exponent to be 0 or too large. */
  private static final int MOST_EXPONENT = 100_000_000;

  /** Numbers below ten to this are finite whatever their digits. */
  private static final int SURELY_FINITE = 308;

  private char[] chars;
  private int from;
  private int length;
  private boolean quoted;

  /** The cell without blanks around it. */
  private int begin;

  private int end;

  private Kind kind;

  /** The number is digits times ten to the exponent, unless there are too many digits. */
  private long digits;

  private int digitCount;
  private long exponent;
  private boolean negative;

  /** Reads a cell, whose chars must stay until the last question about it. */
  Kind read(char[] chars, int from, int length, boolean quoted) {
    this.chars = chars;
    this.from = from;
    this.length = length;
    this.quoted = quoted;
    begin = firstNotBlank(chars, from, from + length);
    end = lastNotBlank(chars, begin, from + length);
    kind = isNumber() ? finiteOrMissing() : isMissing() ? Kind.MISSING : Kind.TEXT;
    return kind;
  }

  /** The number, if it is one. */
  double number() {
    double nearest = digitCount <= MOST_DIGITS ? Decimal.nearest(digits, exponent) : Double.NaN;
    if (!Double.isNaN(nearest)) {
      return negative ? -nearest : nearest;
    }
    return Double.parseDouble(new String(chars, begin, end - begin));
  }

  /** The text, if it is to be taken as one, whatever it could mean. */
  String text() {
    return quoted ? new String(chars, from, length) : new String(chars, begin, end - begin);
  }

  /** What stands in the file, blanks and quotes included. */
  String inFile() {
    return inFile(chars, from, length, quoted);
  }

  /** What stands in the file for a cell that was found there. */
  static String inFile(char[] chars, int from, int length, boolean quoted) {
    String text = new String(chars, from, length);
    return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }

  /** Whether there is a NUL in it, which no text has. */
  boolean hasNul() {
    for (int i = from; i < from + length; i++) {
      if (chars[i] == 0) {
        return true;
      }
    }
    return false;
  }

  /** The text of a cell that is read as nothing but text. */
  static String text(char[] chars, int from, int length, boolean quoted) {
    if (quoted) {
      return new String(chars, from, length);
    }
    int begin = firstNotBlank(chars, from, from + length);
    return new String(chars, begin, lastNotBlank(chars, begin, from + length) - begin);
  }

  /** The text without the spaces and tabs around it. */
  static String stripped(String text) {
    return text(text.toCharArray(), 0, text.length(), false);
  }

  private static int firstNotBlank(char[] chars, int from, int to) {
    int at = from;
    while (at < to && (chars[at] == ' ' || chars[at] == '\t')) {
      at++;
    }
    return at;
  }

  private static int lastNotBlank(char[] chars, int from, int to) {
    int at = to;
    while (at > from && (chars[at - 1] == ' ' || chars[at - 1] == '\t')) {
      at--;
    }
    return at;
  }

  private boolean isNumber() {
    int at = begin;
    digits = 0;
    digitCount = 0;
    exponent = 0;
    negative = false;
    if (at < end && (chars[at] == '-' || chars[at] == '+')) {
      negative = chars[at] == '-';
      at++;
    }
    int afterSign = at;
    at = digits(at);
    int seen = at - afterSign;
    if (at < end && chars[at] == '.') {
      int afterPoint = at + 1;
      at = digits(afterPoint);
      seen += at - afterPoint;
      exponent -= at - afterPoint;
    }
    if (seen == 0) {
      return false;
    }
    if (at < end && (chars[at] == 'e' || chars[at] == 'E')) {
      at = exponent(at + 1);
    }
    return at == end;
  }

  /** Takes digits; returns the place behind them. */
  private int digits(int first) {
    int at = first;
    while (at < end && isDigit(chars[at])) {
      if (digitCount > 0 || chars[at] != '0') {
        digitCount++;
      }
      if (digitCount <= MOST_DIGITS) {
        digits = 10 * digits + chars[at] - '0';
      }
      at++;
    }
    return at;
  }

  /** Takes an exponent; returns the place behind it, or -1 if there is none. */
  private int exponent(int first) {
    int at = first;
    boolean down = at < end && chars[at] == '-';
    if (down || at < end && chars[at] == '+') {
      at++;
    }
    int firstDigit = at;
    long value = 0;
    while (at < end && isDigit(chars[at])) {
      value = Math.min(10 * value + chars[at] - '0', MOST_EXPONENT);
      at++;
    }
    exponent += down ? -value : value;
    return at == firstDigit ? -1 : at;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private Kind finiteOrMissing() {
    boolean finite = digitCount + exponent <= SURELY_FINITE || Double.isFinite(number());
    return finite ? Kind.NUMBER : Kind.MISSING;
  }

  private boolean isMissing() {
    if (end == begin || is("?") || is("NA")) {
      return true;
    }
    int afterSign = chars[begin] == '-' || chars[begin] == '+' ? begin + 1 : begin;
    return isInAnyCase(afterSign, "nan")
        || isInAnyCase(afterSign, "inf")
        || isInAnyCase(afterSign, "infinity");
  }

  private boolean is(String token) {
    return end - begin == token.length()
        && token.contentEquals(CharBuffer.wrap(chars, begin, end - begin));
  }

  private boolean isInAnyCase(int start, String token) {
    if (end - start != token.length()) {
      return false;
    }
    for (int i = 0; i < token.length(); i++) {
      if ((chars[start + i] | 0x20) != token.charAt(i)) { // The bit that a capital lacks.
        return false;
      }
    }
    return true;
  }
}
