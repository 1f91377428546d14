package io.github.batchnormlab.report;

import java.util.stream.IntStream;

/** Leaves out points of a long curve so that nothing that an eye could see is lost. */
final class Thinning {
  private Thinning() {}

  /**
   * The points to keep: the first and the last, and of each of {@code bins} equally wide stretches
   * the lowest and the highest value, so that spikes survive, and the first NaN, so that gaps do.
   *
   * @param values the curve, NaN where it has a gap
   * @param bins stretches; a curve of at most twice as many points is kept whole
   * @return indices into {@code values}, ascending
   */
  static int[] keep(double[] values, int bins) {
    int length = values.length;
    if (length <= 2 * bins) {
      return IntStream.range(0, length).toArray();
    }
    var keep = new boolean[length];
    keep[0] = true;
    keep[length - 1] = true;
    for (int bin = 0; bin < bins; bin++) {
      int from = (int) ((long) length * bin / bins);
      int to = (int) ((long) length * (bin + 1) / bins);
      int lowest = -1;
      int highest = -1;
      int gap = -1;
      for (int i = from; i < to; i++) {
        if (Double.isNaN(values[i])) {
          gap = gap < 0 ? i : gap;
        } else {
          lowest = lowest < 0 || values[i] < values[lowest] ? i : lowest;
          highest = highest < 0 || values[i] > values[highest] ? i : highest;
        }
      }
      for (int i : new int[] {lowest, highest, gap}) {
        if (i >= 0) {
          keep[i] = true;
        }
      }
    }
    return IntStream.range(0, length).filter(i -> keep[i]).toArray();
  }
}
