package io.github.batchnormlab.data;

import java.io.Serializable;

/**
 * Makes something of a block; it can be sent to where the block is.
 *
 * @param <B> what a block is
 * @param <C> what is made
 */
@FunctionalInterface
public interface BlockMap<B, C> extends Serializable {
  /**
   * {@return what is made}
   *
   * @param block the block; it stays as it is
   */
  C of(B block);
}
