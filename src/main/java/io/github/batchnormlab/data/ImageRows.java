package io.github.batchnormlab.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.batchnormlab.engine.Values;
import java.util.Arrays;
import java.util.List;

/**
 * Some of a set's images as rows, whose features are the pixels from 0 to 1. In Java a pixel stays
 * the byte that it is in the file.
 */
final class ImageRows implements PreparedRows {
  /** The name of the target. */
  static final String LABEL = "label";

  /** What each value of a pixel becomes. */
  private static final double[] SHADES = new double[Images.WHITE + 1];

  static {
    Arrays.setAll(SHADES, shade -> shade / (double) Images.WHITE);
  }

  /** What a pixel becomes. */
  static double shade(byte pixel) {
    return SHADES[Byte.toUnsignedInt(pixel)];
  }

  private final Images images;
  private final int[] chosen;

  /**
   * @param chosen which images, in order
   */
  ImageRows(Images images, int[] chosen) {
    this.images = images;
    this.chosen = chosen;
  }

  @Override
  public int rows() {
    return chosen.length;
  }

  @Override
  public List<String> targets() {
    return List.of(LABEL);
  }

  @Override
  public double[] y() {
    return Arrays.stream(chosen)
        .mapToDouble(image -> Byte.toUnsignedInt(images.labels()[image]))
        .toArray();
  }

  @Override
  public NDArray featuresOn(NDManager manager, DataType dataType) {
    int width = images.size().values();
    byte[] pixels = images.pixels();
    return Values.array(
        manager,
        i ->
            SHADES[
                Byte.toUnsignedInt(pixels[chosen[(int) (i / width)] * width + (int) (i % width)])],
        new Shape(chosen.length, width),
        dataType);
  }

  @Override
  public NDArray targetsOn(NDManager manager, DataType dataType) {
    return Values.array(manager, y(), new Shape(chosen.length, 1), dataType);
  }
}
