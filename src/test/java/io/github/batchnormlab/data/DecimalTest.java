package io.github.batchnormlab.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DecimalTest {

  private static double exact(long digits, int exponent) {
    return new BigDecimal(digits).scaleByPowerOfTen(exponent).doubleValue();
  }

  /** It finds the nearest or says that it does not, and the latter hardly ever. */
  @Test
  void findsTheNearest() {
    SplittableRandom draws = new SplittableRandom(1);
    int unknown = 0;
    for (int i = 0; i < 2_000_000; i++) {
      long digits = draws.nextLong(1_000_000_000_000_000_000L) >>> draws.nextInt(12);
      int exponent = draws.nextInt(-22, 23);
      double nearest = Decimal.nearest(digits, exponent);
      if (Double.isNaN(nearest)) {
        unknown++;
      } else {
        double parsed = Double.parseDouble(digits + "e" + exponent);
        assertEquals(parsed, nearest, digits + "e" + exponent);
      }
    }
    assertTrue(unknown < 20_000, unknown + " not found");
  }

  /** Numbers half way between two float64, and those next to them. */
  @Test
  void isNotFooledByHalves() {
    SplittableRandom draws = new SplittableRandom(2);
    for (int i = 0; i < 100_000; i++) {
      long half = (draws.nextLong(1L << 53, 1L << 54) | 1) << draws.nextInt(6);
      for (long digits = half - 1; digits <= half + 1; digits++) {
        for (int exponent = -3; exponent <= 3; exponent++) {
          double nearest = Decimal.nearest(digits, exponent);
          if (!Double.isNaN(nearest)) {
            assertEquals(exact(digits, exponent), nearest, digits + "e" + exponent);
          }
        }
      }
    }
  }

  @Test
  void leavesLargePowersToOthers() {
    assertEquals(Double.NaN, Decimal.nearest(1, 23));
    assertEquals(Double.NaN, Decimal.nearest(1, -23));
    assertEquals(Double.NaN, Decimal.nearest(1, Long.MIN_VALUE));
    assertEquals(0, Decimal.nearest(0, Long.MIN_VALUE));
  }
}
