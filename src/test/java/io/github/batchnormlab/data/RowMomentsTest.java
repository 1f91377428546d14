package io.github.batchnormlab.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowMomentsTest {
  private static final int ROWS = 20_000;
  private static final double OFFSET = 1e8;

  /** Rows of two columns; the numbers are exact with the offset and without it. */
  private static double[] rows(double offset) {
    Random random = new Random(3);
    double[] rows = new double[2 * ROWS];
    for (int i = 0; i < rows.length; i += 2) {
      rows[i] = offset + Math.rint(256 * random.nextGaussian()) / 256;
      rows[i + 1] = -offset + rows[i] - offset + Math.rint(256 * random.nextGaussian()) / 256;
    }
    return rows;
  }

  private static RowMoments merged(double[] rows, boolean whole) {
    double[] origin = {rows[0], rows[1]};
    return MergeTree.merge(
        7,
        i -> RowMoments.of(Arrays.copyOfRange(rows, cut(i), cut(i + 1)), origin, whole),
        RowMoments::merge);
  }

  /** Runs of different lengths, one of them empty. */
  private static int cut(int run) {
    return 2 * new int[] {0, 1, 1, 700, 4_000, 9_000, 9_002, ROWS}[run];
  }

  /** Two passes over the rows without their offset, where a plain sum is as good as any. */
  @Test
  void anOffsetCostsNoDigits() {
    double[] plain = rows(0);
    double[] mean = new double[2];
    for (int i = 0; i < plain.length; i++) {
      mean[i % 2] += plain[i] / ROWS;
    }
    double[] squares = new double[4];
    for (int i = 0; i < plain.length; i += 2) {
      for (int j = 0; j < 4; j++) {
        squares[j] += (plain[i + j / 2] - mean[j / 2]) * (plain[i + j % 2] - mean[j % 2]);
      }
    }
    RowMoments moments = merged(rows(OFFSET), true);
    assertEquals(ROWS, moments.rows());
    assertArrayEquals(new double[] {OFFSET + mean[0], -OFFSET + mean[1]}, moments.means(), 1e-7);
    for (int j = 0; j < 4; j++) {
      assertEquals(squares[j], moments.squares()[j], 1e-12 * squares[0]);
    }
    assertEquals(squares[3], moments.squares(1), 1e-12 * squares[3]);
  }

  @Test
  void withoutProductsThereAreTheSquares() {
    RowMoments whole = merged(rows(OFFSET), true);
    RowMoments diagonal = merged(rows(OFFSET), false);
    assertEquals(2, diagonal.squares().length);
    assertEquals(whole.squares(0), diagonal.squares(0));
    assertEquals(whole.squares(1), diagonal.squares(1));
  }
}
