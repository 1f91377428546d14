package io.github.batchnormlab.data;

import io.github.batchnormlab.study.ImageSize;
import io.github.batchnormlab.study.Plain;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import javax.imageio.ImageIO;

/**
 * Images to predict: an IDX file, plain or compressed, or a PNG picture.
 *
 * <p>A picture in colours becomes grey, 0.299 R + 0.587 G + 0.114 B, and what is transparent black.
 * It is taken as it is: the sets that networks learn here have bright shapes on black, so dark ones
 * on white are to be inverted first.
 */
public final class ImageFile {
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};
  private static final String OF_IMAGES = "images-idx3";
  private static final String OF_LABELS = "labels-idx1";

  private final Images images;
  private final boolean hasLabels;

  private ImageFile(Images images, boolean hasLabels) {
    this.images = images;
    this.hasLabels = hasLabels;
  }

  /**
   * Reads a file.
   *
   * @param path where it is; beside {@code x-images-idx3-ubyte} the labels may be, as in MNIST
   * @param size the images' size as a network takes it
   * @return the images
   * @throws TableException if it is no such file, or its images have another size
   */
  public static ImageFile read(Path path, ImageSize size) throws TableException {
    if (Files.notExists(path)) {
      throw TableException.of(path, "does not exist");
    }
    if (!Files.isRegularFile(path)) {
      throw TableException.of(path, "is no file with images");
    }
    if (isPng(path)) {
      byte[] pixels = picture(path, size);
      return new ImageFile(new Images(path, size, pixels, new byte[1]), false);
    }
    IdxFile file = Images.readImages(path);
    Optional<Path> labels = labelsOf(path);
    Images images =
        Images.of(
            file,
            labels.isPresent()
                ? Images.readLabels(labels.get())
                : new IdxFile(path, file.dimensions(), new byte[file.dimensions()[0]]));
    checkSize(path, images.size(), size);
    return new ImageFile(images, labels.isPresent());
  }

  private static boolean isPng(Path path) throws TableException {
    try (InputStream in = Files.newInputStream(path)) {
      return Arrays.equals(in.readNBytes(PNG.length), PNG);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static TableException unreadable(Path path, IOException e) {
    String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return TableException.of(path, "cannot be read (" + Plain.text(why) + ")");
  }

  /** The file with the labels of the images, if there is one where it is looked for. */
  private static Optional<Path> labelsOf(Path images) {
    String name = images.getFileName().toString();
    if (!name.contains(OF_IMAGES)) {
      return Optional.empty();
    }
    Path labels = images.resolveSibling(name.replace(OF_IMAGES, OF_LABELS));
    return Files.isRegularFile(labels) ? Optional.of(labels) : Optional.empty();
  }

  private static void checkSize(Path path, ImageSize found, ImageSize expected)
      throws TableException {
    if (!found.equals(expected)) {
      throw TableException.of(
          path, "has " + found + " pixels, where the network takes " + expected);
    }
  }

  private static byte[] picture(Path path, ImageSize size) throws TableException {
    BufferedImage picture;
    try {
      picture = ImageIO.read(path.toFile());
    } catch (IOException | RuntimeException e) { // Its decoder trusts what it reads.
      throw TableException.of(path, "is a damaged PNG picture");
    }
    if (picture == null) {
      throw TableException.of(path, "is a damaged PNG picture");
    }
    checkSize(path, new ImageSize(1, picture.getHeight(), picture.getWidth()), size);
    byte[] pixels = new byte[size.values()];
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        pixels[y * size.width() + x] = (byte) grey(picture, x, y);
      }
    }
    return pixels;
  }

  /** Of a grey picture the value that stands in the file: Java's colours would bend it. */
  private static int grey(BufferedImage picture, int x, int y) {
    Raster raster = picture.getRaster();
    int rgb = picture.getRGB(x, y);
    double opacity = (rgb >>> 24) / 255.0;
    boolean isGrey =
        raster.getNumBands() <= 2 && !(picture.getColorModel() instanceof IndexColorModel);
    if (isGrey) {
      int largest = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
      return (int) Math.round(opacity * raster.getSample(x, y, 0) * Images.WHITE / largest);
    }
    double grey = 0.299 * (rgb >> 16 & 255) + 0.587 * (rgb >> 8 & 255) + 0.114 * (rgb & 255);
    return (int) Math.round(opacity * grey);
  }

  /** {@return how many images there are} */
  public int count() {
    return images.count();
  }

  /** {@return whether the labels of the images are known} */
  public boolean hasLabels() {
    return hasLabels;
  }

  /**
   * {@return the label of an image, where labels are known}
   *
   * @param image which, from 0
   */
  public int label(int image) {
    return Byte.toUnsignedInt(images.labels()[image]);
  }

  /**
   * {@return the features of some images, pixels from 0 to 1}
   *
   * @param from the first
   * @param to behind the last
   */
  public double[] features(int from, int to) {
    int width = images.size().values();
    double[] features = new double[(to - from) * width];
    for (int i = 0; i < features.length; i++) {
      features[i] = ImageRows.shade(images.pixels()[from * width + i]);
    }
    return features;
  }
}
