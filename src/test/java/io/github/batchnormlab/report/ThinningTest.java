package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ThinningTest {

  private static double[] slope(int length) {
    return IntStream.range(0, length).mapToDouble(i -> 1.0 / (1 + i)).toArray();
  }

  private static boolean contains(int[] indices, int index) {
    return Arrays.stream(indices).anyMatch(i -> i == index);
  }

  @Test
  void aShortCurveIsKeptWhole() {
    assertArrayEquals(new int[] {0, 1, 2, 3}, Thinning.keep(slope(4), 2));
  }

  @Test
  void ofEachBinTheLowestAndTheHighestStay() {
    double[] values = {5, 1, 2, 9, 3, 4, 0, 7, 8, 6};

    // Bins 0-4 and 5-9: lowest at 1 and 6, highest at 3 and 8; first and last always.
    assertArrayEquals(new int[] {0, 1, 3, 6, 8, 9}, Thinning.keep(values, 2));
  }

  @Test
  void aSpikeSurvives() {
    double[] values = slope(10_000);
    values[4_321] = 77;
    values[8_765] = 1e-9;

    int[] kept = Thinning.keep(values, 100);

    assertTrue(contains(kept, 4_321));
    assertTrue(contains(kept, 8_765));
  }

  @Test
  void theFirstAndTheLastStayAndTheOrderToo() {
    int[] kept = Thinning.keep(slope(12_345), 100);

    assertEquals(0, kept[0]);
    assertEquals(12_344, kept[kept.length - 1]);
    for (int i = 1; i < kept.length; i++) {
      assertTrue(kept[i - 1] < kept[i]);
    }
  }

  @Test
  void aLongCurveIsKeptToAFewPointsForEachBin() {
    assertEquals(200, Thinning.keep(slope(1_000_000), 100).length);
  }

  @Test
  void aGapSurvives() {
    double[] values = slope(10_000);
    values[5_050] = Double.NaN;
    Arrays.fill(values, 9_000, 10_000, Double.NaN);

    int[] kept = Thinning.keep(values, 100);

    assertTrue(contains(kept, 5_050));
    assertTrue(contains(kept, 9_000));
    assertEquals(9_999, kept[kept.length - 1]);
  }
}
