package io.github.batchnormlab.data;

import java.util.function.BinaryOperator;
import java.util.function.IntFunction;

/**
 * The order in which results of blocks are merged: two neighbours, then two neighbours of those,
 * and so on, by the numbers of the blocks alone.
 *
 * <pre>
 * ((0 1) (2 3)) ((4 5) 6)
 * </pre>
 *
 * <p>A run of 2ᵏ blocks whose first number is a multiple of 2ᵏ is a branch. Whoever holds it can
 * merge it alone, and the rest of the tree can be merged elsewhere: the result is the same to the
 * last bit. A sum's rounding error grows with the tree's height, not with the number of blocks.
 */
public final class MergeTree {
  private MergeTree() {}

  /**
   * {@return the result of all}
   *
   * @param count how many there are, at least 1
   * @param leaf gives that of one, from 0; asked from the first to the last
   * @param merge merges two neighbours
   * @param <T> what a result is
   */
  public static <T> T merge(int count, IntFunction<T> leaf, BinaryOperator<T> merge) {
    long size = 1;
    while (size < count) {
      size *= 2;
    }
    return branch(0, size, count, leaf, merge);
  }

  private static <T> T branch(
      long from, long size, int count, IntFunction<T> leaf, BinaryOperator<T> merge) {
    if (size == 1) {
      return leaf.apply((int) from);
    }
    long half = size / 2;
    T first = branch(from, half, count, leaf, merge);
    return from + half >= count
        ? first
        : merge.apply(first, branch(from + half, half, count, leaf, merge));
  }
}
