package io.github.batchnormlab.data;

/**
 * Rows in blocks, wherever these are: in this process, or in the memory of other machines.
 *
 * <p>Where a block begins depends on the rows alone, and results of blocks are merged in the order
 * of a {@link MergeTree}. What comes out is therefore the same to the last bit however many
 * machines there are.
 *
 * @param <B> what a block is
 */
public interface BlockSet<B> extends AutoCloseable {

  /**
   * {@return what some work gives on all blocks together}
   *
   * @param work what to do with a block, and how to merge
   * @param <T> what it gives
   */
  <T> T reduce(BlockWork<B, T> work);

  /**
   * {@return what is made of each block, in the same order} It is made once and kept where the
   * blocks are.
   *
   * @param each makes it
   * @param <C> what is made
   */
  <C> BlockSet<C> map(BlockMap<B, C> each);

  /** Frees what is kept. */
  @Override
  void close();
}
