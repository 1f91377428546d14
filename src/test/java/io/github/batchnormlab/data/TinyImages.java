package io.github.batchnormlab.data;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Four IDX files of small images: a bright row whose place is the class, and noise. */
public final class TinyImages {
  /** The names of the files, images before labels, those for training first. */
  public static final List<String> NAMES =
      List.of(
          "train-images-idx3-ubyte",
          "train-labels-idx1-ubyte",
          "t10k-images-idx3-ubyte",
          "t10k-labels-idx1-ubyte");

  /** Height and width of an image. */
  public static final int SIDE = 9;

  /** How many classes there are. */
  public static final int CLASSES = 3;

  private TinyImages() {}

  /** Writes a set; the test images are compressed. Returns the folder. */
  public static Path write(Path folder, int train, int test) throws IOException {
    Files.createDirectories(folder);
    for (int part = 0; part < 2; part++) {
      int count = part == 0 ? train : test;
      Random random = new Random(part);
      byte[] pixels = new byte[count * SIDE * SIDE];
      byte[] labels = new byte[count];
      random.nextBytes(pixels);
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (byte) (Byte.toUnsignedInt(pixels[i]) / 4);
      }
      for (int i = 0; i < count; i++) {
        labels[i] = (byte) random.nextInt(CLASSES);
        for (int column = 0; column < SIDE; column++) {
          pixels[(i * SIDE + 2 * labels[i] + 1) * SIDE + column] = (byte) 230;
        }
      }
      write(folder.resolve(NAMES.get(2 * part)), part == 1, pixels, count, SIDE, SIDE);
      write(folder.resolve(NAMES.get(2 * part + 1)), part == 1, labels, count);
    }
    return folder;
  }

  private static void write(Path file, boolean zips, byte[] values, int... dimensions)
      throws IOException {
    byte[] bytes = bytes(values, dimensions);
    if (!zips) {
      Files.write(file, bytes);
      return;
    }
    Path zipped = file.resolveSibling(file.getFileName() + ".gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
      out.write(bytes);
    }
  }

  /** An IDX file as bytes. */
  public static byte[] bytes(byte[] values, int... dimensions) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(8 << 8 | dimensions.length);
    for (int dimension : dimensions) {
      out.writeInt(dimension);
    }
    out.write(values);
    return bytes.toByteArray();
  }
}
