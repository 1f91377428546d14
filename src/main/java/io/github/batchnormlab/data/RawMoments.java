package io.github.batchnormlab.data;

import java.util.BitSet;

/**
 * The moments of some rows as they were read, of each column by itself.
 *
 * @param rows which, by their numbers in the table
 * @param origin a row near the others
 */
record RawMoments(BitSet rows, double[] origin) implements BlockWork<RawBlock, RowMoments> {
  @Override
  public Worker<RawBlock, RowMoments> begin() {
    return block -> RowMoments.of(some(block), origin, false);
  }

  private double[] some(RawBlock block) {
    int width = block.columns();
    int last = block.first() + block.rows();
    double[] some = new double[rows.get(block.first(), last).cardinality() * width];
    int at = 0;
    for (int row = rows.nextSetBit(block.first());
        row >= 0 && row < last;
        row = rows.nextSetBit(row + 1)) {
      System.arraycopy(block.values(), (row - block.first()) * width, some, at, width);
      at += width;
    }
    return some;
  }

  @Override
  public RowMoments merge(RowMoments first, RowMoments second) {
    return first.merge(second);
  }
}
