package io.github.batchnormlab.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.ParameterStore;
import io.github.batchnormlab.nn.LayerNorm;
import io.github.batchnormlab.nn.Reshape;
import io.github.batchnormlab.nn.fast.NativeLayerNorm;
import io.github.batchnormlab.study.ImageSize;

/**
 * A normalization of rows on feature maps: a row is all that a layer makes of an image, channels,
 * height and width together.
 */
final class OverRows implements Normalization {
  private final Block block;

  /** Computes the same in training, or is null. */
  private final NativeLayerNorm kernel;

  /**
   * @param rows works on (batch, values)
   * @param maps the shape of the feature maps
   */
  OverRows(Normalization rows, ImageSize maps) {
    block =
        new SequentialBlock()
            .add(new Reshape(new Shape(-1, maps.values())))
            .add(rows.block())
            .add(new Reshape(new Shape(-1, maps.channels(), maps.height(), maps.width())));
    kernel = rows.block() instanceof LayerNorm norm ? new NativeLayerNorm(norm) : null;
  }

  @Override
  public NDArray train(ParameterStore store, NDArray z) {
    return kernel == null ? Normalization.super.train(store, z) : kernel.forward(store, z);
  }

  @Override
  public Block block() {
    return block;
  }
}
