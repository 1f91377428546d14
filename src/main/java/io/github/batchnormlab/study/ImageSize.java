package io.github.batchnormlab.study;

import java.io.Serializable;

/**
 * The shape of an image, or of the feature maps that a layer makes of one.
 *
 * @param channels how many values a pixel has
 * @param height in pixels
 * @param width in pixels
 */
public record ImageSize(int channels, int height, int width) implements Serializable {
  /** {@return how many values it has} */
  public int values() {
    return Math.multiplyExact(Math.multiplyExact(channels, height), width);
  }

  @Override
  public String toString() {
    return height + " x " + width + (channels == 1 ? "" : " of " + channels + " channels");
  }
}
