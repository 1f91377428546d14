package io.github.batchnormlab.nn;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;

/**
 * A layer whose output is {@code x W' + b'} for the whole batch.
 *
 * <p>A linear layer is one, and so is a linear layer with batch normalization behind it, once the
 * batch statistics are known. The block that holds such a layer can then fold more into W' and b'.
 */
public interface AffineLayer extends Block {

  /**
   * The effective weight W' and bias b', with the graph that leads to the parameters.
   *
   * @param parameterStore where the parameters' values are
   * @param inputs what the layer's forward function takes, the batch first
   * @param training whether statistics are those of the batch
   * @return W' of shape (…, in, units), then b' of shape (…, 1, units) unless there is none
   */
  NDList affine(ParameterStore parameterStore, NDList inputs, boolean training);
}
