package io.github.batchnormlab.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.batchnormlab.study.Settings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {
  /** The column 007 is not the column 7. */
  @ParameterizedTest
  @ValueSource(strings = {"007", "7", "y", "true", "1e5", "a,b"})
  void settingsAreReadAsTheyWereWritten(String target) {
    Settings settings = Settings.parse(Map.of("data", "0", "target", target, "ignore", "08"));
    assertEquals(settings, Texts.settings(Texts.json(settings)));
  }

  @ParameterizedTest
  @CsvSource({"a, a", "-1.5e-3, -1.5e-3", "+1., +1.", "-.5, -.5", "-1x, '''-1x'", "=1, '''=1'"})
  void aFormulaIsNone(String text, String cell) {
    assertEquals(cell, Texts.cell(text));
  }

  /** The name of a column may be of any length. */
  @Test
  void whetherALongNameIsANumberIsSeenInOneGo() {
    String name = "-" + "1".repeat(1_000_000) + "x";
    assertTimeoutPreemptively(
        Duration.ofSeconds(10), () -> assertEquals("'" + name, Texts.cell(name)));
  }
}
