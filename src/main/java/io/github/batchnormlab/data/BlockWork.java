package io.github.batchnormlab.data;

import java.io.Serializable;

/**
 * Work on blocks, whose results can be merged; it can be sent to where the blocks are.
 *
 * @param <B> what a block is
 * @param <T> what the work gives; it can be sent back
 */
public interface BlockWork<B, T> extends Serializable {

  /** {@return who does it, on one thread, for any number of blocks} */
  Worker<B, T> begin();

  /**
   * {@return the result of two runs of blocks}
   *
   * @param first the result of some blocks; may be overwritten
   * @param second that of those behind them
   */
  T merge(T first, T second);

  /**
   * Does the work.
   *
   * @param <B> what a block is
   * @param <T> what the work gives
   */
  @FunctionalInterface
  interface Worker<B, T> extends AutoCloseable {
    /**
     * {@return the result of a block}
     *
     * @param block the block; it stays as it is
     */
    T of(B block);

    @Override
    default void close() {}
  }
}
