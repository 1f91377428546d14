package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.batchnormlab.study.Plain;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {

  @ParameterizedTest
  @CsvSource({
    "523.9514949, 524.0",
    "0.0123, 0.01230",
    "0.5, 0.5000",
    "9.99996, 10.00",
    "0, 0",
    "-2.5, -2.500",
    "12345678, 1.235e7",
    "1000000, 1000000",
    "0.0001, 0.0001000",
    "0.000012345, 1.234e-5",
    "4.9e-324, 4.941e-324",
    "NaN, not a number",
    "Infinity, infinite"
  })
  void measuredValuesHaveFourSignificantDigits(double value, String text) {
    assertEquals(text, Numbers.significant(value));
  }

  @ParameterizedTest
  @CsvSource({
    "1.234567, 1.23",
    "1.00400001, 1.004",
    "1.00040001, 1.0004",
    "1.0000049, 1.000005",
    "0.99959999, 0.9996",
    "0.99999988, 0.9999999",
    "0.994, 0.994",
    "1, 1.00",
    "1.0000000000000002, 1.00",
    "0.9999999999, 1.00",
    "0.00040001, 0.000400",
    "-1.0004, -1.00",
    "Infinity, infinite",
    "NaN, not a number"
  })
  void estimatesAreOnTheirSideOfOne(double value, String text) {
    assertEquals(text, Numbers.estimate(value));
  }

  @ParameterizedTest
  @CsvSource({
    "0.9, 0.9",
    "1e-6, 1e-6",
    "0.001, 0.001",
    "1.0, 1",
    "300, 300",
    "-1, -1",
    "2.5e-9, 2.5e-9"
  })
  void chosenValuesHaveTheFewestDigits(double value, String text) {
    assertEquals(text, Numbers.exact(value));
  }

  @ParameterizedTest
  @CsvSource({"0.0123456789, 0.012346", "500, 500", "123456.7, 123460", "1.00000001e-9, 1e-9"})
  void figuresGetFiveDigits(double value, String text) {
    assertEquals(text, Numbers.compact(value));
  }

  @Test
  void countsMarkThousandsInEveryLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      assertEquals("10,000", Plain.count(10_000));
      assertEquals("0.1234", Numbers.significant(0.12341));
    } finally {
      Locale.setDefault(before);
    }
  }
}
