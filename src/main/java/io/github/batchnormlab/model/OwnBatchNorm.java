package io.github.batchnormlab.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.ParameterStore;
import io.github.batchnormlab.nn.BatchNorm;
import io.github.batchnormlab.nn.fast.NativeBatchNorm;
import java.util.Optional;

/**
 * Batch normalization by our own definition.
 *
 * @param block the definition
 * @param isByKernel whether PyTorch's kernel computes it in training, and not the definition
 */
record OwnBatchNorm(BatchNorm block, boolean isByKernel) implements Normalization {
  @Override
  public NDArray train(ParameterStore store, NDArray z) {
    return isByKernel
        ? new NativeBatchNorm(block).forward(store, z)
        : Normalization.super.train(store, z);
  }

  @Override
  public boolean needsWholeBatch() {
    return true;
  }

  @Override
  public Optional<NDList> factorAndOffset(ParameterStore parameterStore, NDArray z) {
    return Optional.of(block.factorAndOffset(parameterStore, z));
  }
}
