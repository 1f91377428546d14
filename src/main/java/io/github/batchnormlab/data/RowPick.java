package io.github.batchnormlab.data;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.stream.IntStream;

/**
 * Brings some rows, as they were read.
 *
 * @param numbers which, by their numbers in the table, sorted
 */
record RowPick(int[] numbers) implements BlockWork<RawBlock, RowPick.Rows> {

  /** Rows by their numbers. */
  record Rows(HashMap<Integer, double[]> byNumber) implements Serializable {
    double[] row(int number) {
      return byNumber.get(number);
    }
  }

  /** Brings those of two sets. */
  static RowPick of(int[] some, int[] others) {
    return new RowPick(
        IntStream.concat(Arrays.stream(some), Arrays.stream(others)).sorted().toArray());
  }

  @Override
  public Worker<RawBlock, Rows> begin() {
    return block -> {
      HashMap<Integer, double[]> found = new HashMap<>();
      int width = block.columns();
      int begin = Arrays.binarySearch(numbers, block.first());
      for (int i = begin < 0 ? -begin - 1 : begin; i < numbers.length; i++) {
        int row = numbers[i] - block.first();
        if (row >= block.rows()) {
          break;
        }
        found.put(numbers[i], Arrays.copyOfRange(block.values(), row * width, (row + 1) * width));
      }
      return new Rows(found);
    };
  }

  @Override
  public Rows merge(Rows first, Rows second) {
    first.byNumber.putAll(second.byNumber);
    return first;
  }
}
