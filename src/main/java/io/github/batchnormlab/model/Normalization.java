package io.github.batchnormlab.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.util.Optional;

/** What stands between a linear layer or a convolution and the activation behind it. */
@FunctionalInterface
interface Normalization {

  /**
   * A block whose input and output are (replicas, batch, units), or behind a convolution (batch,
   * channels, height, width).
   */
  Block block();

  /**
   * What the block computes in training.
   *
   * @param store where the values of the parameters are
   * @param z (replicas, batch, units)
   * @return of the same shape
   */
  default NDArray train(ParameterStore store, NDArray z) {
    return block().forward(store, new NDList(z), true).singletonOrThrow();
  }

  /**
   * Whether its statistics in training are those of a batch, which must then go through in one
   * piece.
   */
  default boolean needsWholeBatch() {
    return false;
  }

  /**
   * Whether a kernel of PyTorch computes it in training: it holds half as many arrays for the way
   * back as a definition of several steps.
   */
  default boolean isByKernel() {
    return false;
  }

  /**
   * Whether a bias before it has no influence in training, and a gradient of exactly zero: it then
   * keeps its initial value. Computed, the gradient is what rounding leaves, and Adam makes whole
   * steps of it.
   */
  default boolean cancelsBias() {
    return needsWholeBatch();
  }

  /**
   * What the block amounts to in training on an input, if that is the same for all rows of the
   * batch: {@code z · factor + offset}.
   *
   * @param z (replicas, batch, units)
   * @return factor and offset of shape (replicas, 1, units), or empty
   */
  default Optional<NDList> factorAndOffset(ParameterStore parameterStore, NDArray z) {
    return Optional.empty();
  }
}
