package io.github.batchnormlab.model;

import io.github.batchnormlab.study.Convolutions;
import io.github.batchnormlab.study.ImageSize;
import io.github.batchnormlab.study.SettingException;
import java.util.ArrayList;
import java.util.List;

/**
 * How large a convolutional layer is.
 *
 * @param in what goes in
 * @param channels how many feature maps come out
 * @param kernel height and width of the kernel
 */
public record ConvolutionSize(ImageSize in, int channels, int kernel) {
  private static final int POOL = 2;

  /**
   * {@return the sizes of some layers, from the input on}
   *
   * @param image what goes into the first
   * @param convolutions the layers
   * @throws SettingException if nothing is left of the image behind one of them
   */
  static List<ConvolutionSize> of(ImageSize image, Convolutions convolutions) {
    List<ConvolutionSize> sizes = new ArrayList<>();
    ImageSize in = image;
    for (Convolutions.Layer layer : convolutions.layers()) {
      ConvolutionSize size = new ConvolutionSize(in, layer.channels(), layer.kernel());
      ImageSize left = size.pooled();
      if (left.height() < 1 || left.width() < 1) {
        throw new SettingException(
            "conv",
            convolutions,
            "must leave something of the image (layer "
                + (sizes.size() + 1)
                + " needs at least "
                + (layer.kernel() + POOL - 1)
                + " pixels each way, and has "
                + in
                + ")");
      }
      sizes.add(size);
      in = left;
    }
    return sizes;
  }

  /** {@return what the convolution makes, and normalization and activation leave so} */
  public ImageSize convolved() {
    return new ImageSize(channels, in.height() - kernel + 1, in.width() - kernel + 1);
  }

  /** {@return what pooling leaves of that} */
  public ImageSize pooled() {
    ImageSize maps = convolved();
    return new ImageSize(channels, maps.height() / POOL, maps.width() / POOL);
  }

  /** {@return how many weights each feature map has} */
  public int weights() {
    return in.channels() * kernel * kernel;
  }
}
