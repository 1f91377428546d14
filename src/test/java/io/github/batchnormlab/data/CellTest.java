package io.github.batchnormlab.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.data.Cell.Kind;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CellTest {
  private final Cell cell = new Cell();

  private Kind read(String text, boolean quoted) {
    // Among other cells, as in a parser's buffer.
    String buffer = "9" + text + "9";
    return cell.read(buffer.toCharArray(), 1, text.length(), quoted);
  }

  private static void assertSame(double expected, double actual, String text) {
    assertEquals(Double.doubleToRawLongBits(expected), Double.doubleToRawLongBits(actual), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "+0",
        "1",
        "-12",
        "+5",
        "007",
        "3.",
        ".5",
        "-.5",
        "3.25",
        "1e3",
        "1E3",
        "1e+3",
        "1.5e-7",
        "1e22",
        "1e23",
        "123456789e-22",
        "9007199254740993",
        "9007199254740992.5",
        "123456789012345678",
        "1234567890123456789",
        "0.1",
        "0.30000000000000004",
        "1e-400",
        "1e-320",
        "4.9e-324",
        "2.4e-324",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "0e999999999999",
        "0.000e5",
        "1e-999999999999",
        "0.00000000000000000000000000000000000000000000001e47",
        "100000000000000000000000000000000000000000000000e-47",
        "2.2250738585072011e-308"
      })
  void numbersAreRoundedAsJavaAndPythonDo(String text) {
    assertEquals(Kind.NUMBER, read(text, false));
    assertSame(Double.parseDouble(text), cell.number(), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1d",
        "1f",
        "1D",
        "0x1p3",
        "0x10",
        "1,5",
        "1_000",
        "1 000",
        "1'000",
        "٣",
        "１",
        "1e",
        "e5",
        "1e+",
        "-",
        "+",
        ".",
        "-.",
        ".e5",
        "1.2.3",
        "--1",
        "+-1",
        "1e5.5",
        "1e5e5",
        "½",
        "n/a",
        "na",
        "Na",
        "null",
        "None",
        "inf.",
        "infin",
        "nan1",
        "- inf",
        "INFINITYY",
        "??",
        "1\u00a0",
        "\u00a01",
        "1\n",
        "−1",
        "ınf",
        "ﬁ",
        "1\0"
      })
  void allElseIsText(String text) {
    assertEquals(Kind.TEXT, read(text, false));
    assertEquals(text, cell.text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        " \t ",
        "NA",
        "?",
        "NaN",
        "nan",
        "-NAN",
        "+nan",
        "inf",
        "-inf",
        "+Inf",
        "Infinity",
        "-INFINITY",
        "iNf",
        "1e999",
        "-1e999",
        "1e309",
        "1.7976931348623159e308",
        "9e99999999999999",
        " ? ",
        "\tNA"
      })
  void someThingsAreMissing(String text) {
    assertEquals(Kind.MISSING, read(text, false));
    assertEquals(Kind.MISSING, read(text, true));
  }

  @Test
  void blanksAroundANumberCountForNothing() {
    assertEquals(Kind.NUMBER, read(" \t12 ", false));
    assertEquals(12, cell.number());
    assertEquals(Kind.NUMBER, read(" \t12 ", true));
    assertEquals(12, cell.number());
  }

  @Test
  void blanksAroundATextCountInQuotesOnly() {
    assertEquals(Kind.TEXT, read(" red\t", false));
    assertEquals("red", cell.text());
    assertEquals(Kind.TEXT, read(" red\t", true));
    assertEquals(" red\t", cell.text());
  }

  /** Digits on either side of a point and an exponent, around the limits of the short way too. */
  @Property(tries = 20_000)
  void anyNumberIsRoundedAsJavaDoes(
      @ForAll boolean negative,
      @ForAll @NumericChars @StringLength(max = 20) String before,
      @ForAll @NumericChars @StringLength(min = 1, max = 20) String behind,
      @ForAll @IntRange(min = -345, max = 312) int exponent) {
    String text = (negative ? "-" : "") + before + "." + behind + "e" + exponent;
    double expected = Double.parseDouble(text);
    if (Double.isInfinite(expected)) {
      assertEquals(Kind.MISSING, read(text, false), text);
    } else {
      assertEquals(Kind.NUMBER, read(text, false), text);
      assertSame(expected, cell.number(), text);
    }
  }

  @Property(tries = 20_000)
  void aFloat64AsJavaWritesItComesBack(@ForAll long bits) {
    double value = Double.longBitsToDouble(bits);
    if (Double.isFinite(value)) {
      assertEquals(Kind.NUMBER, read(Double.toString(value), false));
      assertSame(value, cell.number(), Double.toString(value));
    }
  }

  /** What is a number here is one to Java as well, and to a stricter pattern. */
  @Property(tries = 20_000)
  void nothingElseIsANumber(
      @ForAll @Chars({'+', '-', '.', 'e', 'E', '1', '0'}) @StringLength(max = 6) String text) {
    boolean number = text.matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
    Kind kind = read(text, false);
    boolean tooLarge = kind == Kind.MISSING && !text.isEmpty();
    assertEquals(number, kind == Kind.NUMBER || tooLarge, text);
  }

  @Test
  void aMillionDigitsTakeNoTime() {
    long start = System.nanoTime();
    assertEquals(Kind.MISSING, read("9".repeat(1_000_000), false));
    assertEquals(Kind.NUMBER, read("0." + "9".repeat(1_000_000), false));
    assertEquals(1, cell.number());
    assertEquals(Kind.NUMBER, read("0." + "0".repeat(1_000_000) + "1e1000001", false));
    assertEquals(1, cell.number(), 1e-15);
    assertTrue(System.nanoTime() - start < 5e9);
  }
}
