package io.github.batchnormlab.data;

/**
 * The float64 nearest to digits times a power of ten, where a few operations find it. Java's own
 * parser takes ten times as long for the 17 digits that most files are written with.
 */
final class Decimal {
  /** Powers of ten that float64 holds exactly. */
  private static final double[] POWERS = new double[23];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = 10 * POWERS[i - 1];
    }
  }

  /** Whole numbers up to here are exact in float64. */
  private static final long MOST_EXACT = 1L << 53;

  /** Veltkamp's: splits a float64 into two of 26 bits. */
  private static final double SPLITTER = 0x1p27 + 1;

  /** A bound, with room, of the relative error of the second part of a result. */
  private static final double DOUBT = 0x1p-40;

  private Decimal() {}

  /**
   * The float64 nearest to digits times ten to the exponent.
   *
   * @param digits not negative
   * @return NaN if it takes more to find it
   */
  static double nearest(long digits, long exponent) {
    if (digits == 0) {
      return 0;
    }
    if (exponent <= -POWERS.length || exponent >= POWERS.length) {
      return Double.NaN;
    }
    double power = POWERS[(int) Math.abs(exponent)];
    if (digits <= MOST_EXACT) {
      // Both are exact, so that the one operation rounds once (Clinger, "How to read floating point
      // numbers accurately", 1990).
      return exponent < 0 ? digits / power : digits * power;
    }
    // The digits are high + low, and the result first + second, with an error far below second's.
    double high = digits;
    double low = digits - (long) high;
    double first = exponent < 0 ? high / power : high * power;
    double second =
        exponent < 0
            ? (high - first * power - rest(first, power) + low) / power
            : rest(high, power) + low * power;
    double below = first + second * (1 - DOUBT);
    double above = first + second * (1 + DOUBT);
    return below == above ? above : Double.NaN;
  }

  /** What the product of two numbers lost when it was rounded (Dekker, 1971). */
  private static double rest(double a, double b) {
    double largeA = SPLITTER * a - (SPLITTER * a - a);
    double largeB = SPLITTER * b - (SPLITTER * b - b);
    double smallA = a - largeA;
    double smallB = b - largeB;
    return smallA * smallB - (a * b - largeA * largeB - smallA * largeB - largeA * smallB);
  }
}
