package io.github.batchnormlab.report;

import io.github.batchnormlab.study.Delimiter;
import io.github.batchnormlab.study.Options;
import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.Range;
import io.github.batchnormlab.study.Settings;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as text for people, the same in every locale. */
public final class Numbers {
  private static final int DIGITS = 4;

  /** A ratio is not told from 1 if it is as near. */
  private static final double ROUNDING = 1e-9;

  /** The names of thousands of columns would hide the other settings. */
  private static final int LONGEST_TEXT = 300;

  private Numbers() {}

  /**
   * {@return a measured value with four significant digits, such as {@code 0.01230}, {@code 523.9}
   * or {@code 1.234e-7}}
   *
   * @param value the value
   */
  public static String significant(double value) {
    return significant(value, DIGITS);
  }

  private static String significant(double value, int digits) {
    if (!Double.isFinite(value)) {
      return nonFinite(value);
    }
    if (value == 0) {
      return "0";
    }
    var rounded = new BigDecimal(value).round(new MathContext(digits));
    // A value such as 0.5 is exact in binary and comes with fewer digits than were measured.
    int scale = rounded.scale() + digits - rounded.precision();
    return text(rounded.setScale(scale));
  }

  /**
   * {@return a chosen value with the fewest digits that name it, such as {@code 0.9} or {@code
   * 1e-6}}
   *
   * @param value the value
   */
  public static String exact(double value) {
    if (!Double.isFinite(value)) {
      return nonFinite(value);
    }
    return text(new BigDecimal(Double.toString(value)).stripTrailingZeros());
  }

  /** The value of a setting, in words where it is not a number or a name. */
  static String setting(Options.Option option, Settings settings) {
    Object value = option.in(settings);
    if (value instanceof Integer count) {
      return option.kind().equals("SEED") ? count.toString() : Plain.count(count);
    }
    if (value instanceof Double number) {
      return exact(number);
    }
    if (value instanceof Boolean is) {
      return is ? "yes" : "no";
    }
    if (value instanceof Range range) {
      return exact(range.low()) + " to " + exact(range.high());
    }
    return value instanceof String || value instanceof Delimiter
        ? Plain.cut(value.toString(), LONGEST_TEXT)
        : Options.text(value).replace(",", ", ");
  }

  /**
   * An estimate such as a ratio with three significant digits, such as {@code 1.50}, or as many as
   * tell it from 1, such as {@code 1.0004}: a reader asks on which side of 1 it lies. What rounding
   * leaves of equal values is 1.
   */
  static String estimate(double value) {
    int digits = 3;
    if (Math.abs(value - 1) > ROUNDING) {
      while (significant(value, digits).equals(significant(1, digits))) {
        digits++;
      }
    }
    return significant(value, digits);
  }

  /** A number of epochs; below 100 with the half that the median of two may have. */
  static String epochs(double value) {
    double shown = value < 100 ? Math.rint(2 * value) / 2 : Math.rint(value);
    return String.format(Locale.ROOT, shown == Math.rint(shown) ? "%,.0f" : "%,.1f", shown);
  }

  /** A value for a figure: five digits, which no eye can tell from more. */
  static String compact(double value) {
    return text(new BigDecimal(value).round(new MathContext(5)).stripTrailingZeros());
  }

  private static String nonFinite(double value) {
    return Double.isNaN(value) ? "not a number" : value > 0 ? "infinite" : "-infinite";
  }

  /** Plain digits where they are short, else a power of ten. */
  private static String text(BigDecimal value) {
    if (value.signum() == 0) {
      return "0";
    }
    int exponent = value.precision() - value.scale() - 1;
    if (exponent >= -4 && exponent <= 6) {
      return value.toPlainString();
    }
    return value.scaleByPowerOfTen(-exponent).toPlainString() + "e" + exponent;
  }
}
