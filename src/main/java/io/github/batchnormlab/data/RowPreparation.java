package io.github.batchnormlab.data;

import java.util.BitSet;
import java.util.List;

/**
 * Prepares the rows of a block as {@link Preprocessing} does those of a table, number by number.
 *
 * @param means of each column, features first
 * @param deviations of each column
 * @param names those of the features
 * @param targets those of the targets
 * @param train the training rows, by their numbers in the table
 * @param test the test rows
 */
record RowPreparation(
    double[] means,
    double[] deviations,
    List<String> names,
    List<String> targets,
    BitSet train,
    BitSet test)
    implements BlockMap<RawBlock, RowBlock> {

  RowPreparation(Preprocessing preprocessing, BitSet train, BitSet test) {
    this(
        join(preprocessing.means(), preprocessing.targetMeans()),
        join(preprocessing.deviations(), preprocessing.targetDeviations()),
        preprocessing.features(),
        preprocessing.targets(),
        train,
        test);
  }

  private static double[] join(double[] first, double[] second) {
    double[] all = new double[first.length + second.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  @Override
  public RowBlock of(RawBlock block) {
    Part ofTrain = part(block, train);
    Part ofTest = part(block, test);
    return new RowBlock(ofTrain.x, ofTrain.y, ofTest.x, ofTest.y);
  }

  /** Some rows on their way. */
  private record Part(double[] x, double[] y) {}

  private Part part(RawBlock block, BitSet rows) {
    int last = block.first() + block.rows();
    Part part = part(rows.get(block.first(), last).cardinality());
    int at = 0;
    for (int row = rows.nextSetBit(block.first());
        row >= 0 && row < last;
        row = rows.nextSetBit(row + 1)) {
      put(block.values(), (row - block.first()) * block.columns(), part, at++);
    }
    return part;
  }

  private Part part(int count) {
    return new Part(new double[count * names.size()], new double[count * targets.size()]);
  }

  private void put(double[] values, int from, Part part, int row) {
    int features = names.size();
    int outputs = targets.size();
    for (int j = 0; j < features; j++) {
      part.x[row * features + j] = prepared(values[from + j], j);
    }
    for (int j = 0; j < outputs; j++) {
      part.y[row * outputs + j] = prepared(values[from + features + j], features + j);
    }
  }

  private double prepared(double value, int column) {
    return (value - means[column]) / deviations[column];
  }

  /** Prepares rows that were picked. */
  Table table(RowPick.Rows picked, int[] numbers) {
    Part part = part(numbers.length);
    for (int i = 0; i < numbers.length; i++) {
      put(picked.row(numbers[i]), 0, part, i);
    }
    return new Table(names, targets, part.x, part.y);
  }
}
