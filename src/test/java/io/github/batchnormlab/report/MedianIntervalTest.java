package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MedianIntervalTest {

  @ParameterizedTest
  @CsvSource({
    // The sum of the binomial coefficients that stay inside, out of 2^n.
    "6, 0, 62, 64",
    "7, 0, 126, 128",
    "8, 0, 254, 256",
    "9, 1, 492, 512",
    "10, 1, 1002, 1024",
    "11, 1, 2024, 2048",
    "12, 2, 3938, 4096",
    "20, 5, 1005176, 1048576"
  })
  void itLeavesOutTheMostThat95PercentAllow(int values, int outer, double inside, double all) {
    MedianInterval interval = MedianInterval.of(values).orElseThrow();

    assertEquals(outer, interval.outer());
    assertEquals(inside / all, interval.coverage(), 1e-12);
  }

  @Test
  void thereIsNoneOfTooFewToDecide() {
    for (int values = 1; values < 20; values++) {
      assertEquals(
          values >= Comparison.PAIRS_TO_DECIDE, MedianInterval.of(values).isPresent(), "" + values);
    }
  }

  @Test
  void oneMoreLeftOutWouldBeTooMany() {
    for (int values : new int[] {9, 32, 64, 1_000}) {
      MedianInterval interval = MedianInterval.of(values).orElseThrow();
      double lost = 2 * choose(values, interval.outer() + 1) * Math.pow(0.5, values);

      assertTrue(interval.coverage() >= 0.95, "" + interval);
      assertTrue(interval.narrower() < 0.95, "" + interval);
      assertEquals(interval.coverage() - lost, interval.narrower(), 1e-12);
    }
  }

  private static double choose(int n, int k) {
    return IntStream.rangeClosed(1, k)
        .mapToDouble(i -> (n - k + i) / (double) i)
        .reduce(1, (a, b) -> a * b);
  }

  @Test
  void theWordsHaveItsNumbers() {
    String seven = MedianInterval.words(7).replace('\u00a0', ' ');
    assertTrue(seven.contains("all 7 ratios"), seven);
    assertTrue(seven.contains("at least 95 %, here 98.4 %."), seven);
    String many = MedianInterval.words(32).replace('\u00a0', ' ');
    assertTrue(many.contains("without the 9 lowest and the 9 highest"), many);
    assertTrue(many.contains("at most 9 of the 32 ratios fall on one side"), many);
    assertTrue(many.contains("here 98.0 %. The next narrower one"), many);
    assertTrue(many.contains("would have 94.99 %"), many);
    String few = MedianInterval.words(5);
    assertTrue(few.startsWith("So few seeds have no"), few);
    assertEquals(Optional.empty(), MedianInterval.of(5));
  }
}
