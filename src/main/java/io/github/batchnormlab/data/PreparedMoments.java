package io.github.batchnormlab.data;

import java.io.Serializable;
import java.util.Arrays;

/**
 * What a study needs to know of prepared rows: moments, and whether all numbers are finite.
 *
 * @param originOfFeatures a row near the others
 * @param originOfTargets likewise
 */
record PreparedMoments(double[] originOfFeatures, double[] originOfTargets)
    implements BlockWork<RowBlock, PreparedMoments.Found> {
  /** Said where every number is finite. */
  static final int ALL_FINITE = Integer.MAX_VALUE;

  /** Products of more columns would cost more than they are good for. */
  private static final int MOST_COLUMNS = 64;

  /**
   * What was found.
   *
   * @param features those of the training rows
   * @param testTargets those of the test rows, of each target by itself
   * @param notFinite the first column with a number that is not finite, features first
   */
  record Found(RowMoments features, RowMoments testTargets, int notFinite)
      implements Serializable {}

  static PreparedMoments about(Table train, Table test) {
    return new PreparedMoments(
        Arrays.copyOf(train.x(), train.features().size()),
        Arrays.copyOf(test.y(), test.targets().size()));
  }

  @Override
  public Worker<RowBlock, Found> begin() {
    int features = originOfFeatures.length;
    int targets = originOfTargets.length;
    return block ->
        new Found(
            RowMoments.of(block.trainX(), originOfFeatures, features <= MOST_COLUMNS),
            RowMoments.of(block.testY(), originOfTargets, false),
            Math.min(
                Math.min(
                    notFinite(block.trainX(), features, 0), notFinite(block.testX(), features, 0)),
                Math.min(
                    notFinite(block.trainY(), targets, features),
                    notFinite(block.testY(), targets, features))));
  }

  private static int notFinite(double[] values, int columns, int before) {
    int first = ALL_FINITE;
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        first = Math.min(first, before + i % columns);
      }
    }
    return first;
  }

  @Override
  public Found merge(Found first, Found second) {
    return new Found(
        first.features.merge(second.features),
        first.testTargets.merge(second.testTargets),
        Math.min(first.notFinite, second.notFinite));
  }
}
