package io.github.batchnormlab.data;

import io.github.batchnormlab.study.ImageSize;
import java.nio.file.Path;

/**
 * Images of one channel, each with the class that it is of.
 *
 * @param path the file with the images
 * @param size of an image
 * @param pixels image by image and row by row, 0 to 255
 * @param labels the class of each image, 0 to 255
 */
record Images(Path path, ImageSize size, byte[] pixels, byte[] labels) {
  /** The largest value of a pixel, which becomes a 1. */
  static final int WHITE = 255;

  private static final int OF_IMAGES = 3;

  /**
   * Reads images and labels.
   *
   * @throws TableException if they are no such files, or do not belong together
   */
  static Images of(IdxFile images, IdxFile labels) throws TableException {
    if (images.dimensions()[0] != labels.dimensions()[0]) {
      throw TableException.of(
          labels.path(),
          "has "
              + labels.dimensions()[0]
              + " labels for the "
              + images.dimensions()[0]
              + " images of "
              + images.path().getFileName());
    }
    return new Images(
        images.path(),
        new ImageSize(1, images.dimensions()[1], images.dimensions()[2]),
        images.values(),
        labels.values());
  }

  static IdxFile readImages(Path path) throws TableException {
    return IdxFile.read(path, OF_IMAGES);
  }

  static IdxFile readLabels(Path path) throws TableException {
    return IdxFile.read(path, 1);
  }

  int count() {
    return labels.length;
  }

  /** One more than the largest label. */
  int classes() {
    int largest = 0;
    for (byte label : labels) {
      largest = Math.max(largest, Byte.toUnsignedInt(label));
    }
    return largest + 1;
  }
}
