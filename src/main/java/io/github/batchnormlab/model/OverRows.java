package io.github.batchnormlab.model;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import io.github.batchnormlab.nn.Reshape;
import io.github.batchnormlab.study.ImageSize;

/**
 * A normalization of rows on feature maps: a row is all that a layer makes of an image, channels,
 * height and width together.
 */
final class OverRows implements Normalization {
  private final Block block;

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
  }

  @Override
  public Block block() {
    return block;
  }
}
