package io.github.batchnormlab.data;

import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.Sha256;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file of bytes in an array of some dimensions, the format of MNIST and of sets like it, plain or
 * compressed by gzip: 0, 0, 8 for bytes, the number of dimensions, the dimensions as big-endian
 * numbers of four bytes, then the values, the last dimension being the fastest.
 *
 * <p>Source: Y. LeCun, C. Cortes and C. Burges, "The MNIST database of handwritten digits".
 *
 * @param path where it is
 * @param dimensions such as images, rows and columns
 * @param values one byte each, 0 to 255
 */
record IdxFile(Path path, int[] dimensions, byte[] values) {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int UNSIGNED_BYTES = 8;
  private static final int GZIP = 0x1f8b;

  /** What is left of Java's memory for all else. */
  private static final double MOST_OF_MEMORY = 0.5;

  /**
   * Reads a file.
   *
   * @param dimensions how many dimensions it must have
   * @throws TableException if it is no such file, or ends too early or too late
   */
  static IdxFile read(Path path, int dimensions) throws TableException {
    try (InputStream in = open(path)) {
      return read(path, in, dimensions);
    } catch (ZipException e) {
      throw TableException.of(path, "has damaged compressed data");
    } catch (EOFException e) {
      throw TableException.of(path, "ends in the middle of its compressed data");
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static TableException unreadable(Path path, IOException e) {
    String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return TableException.of(path, "cannot be read (" + Plain.text(why) + ")");
  }

  /** The bytes, decompressed if the first two say that they are compressed. */
  private static InputStream open(Path path) throws IOException {
    BufferedInputStream bytes = new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES);
    try {
      bytes.mark(2);
      int magic = bytes.read() << 8 | bytes.read();
      bytes.reset();
      return magic == GZIP ? new GZIPInputStream(bytes, BUFFER_BYTES) : bytes;
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }

  private static IdxFile read(Path path, InputStream in, int count)
      throws IOException, TableException {
    byte[] head = in.readNBytes(Integer.BYTES * (1 + count));
    if (head.length == 0) {
      throw TableException.of(path, "is empty");
    }
    ByteBuffer numbers = ByteBuffer.wrap(head);
    if (head.length < Integer.BYTES || numbers.getInt() != (UNSIGNED_BYTES << 8 | count)) {
      throw TableException.of(
          path,
          "is no IDX file of "
              + (count == 1 ? "labels" : "images")
              + ": it begins with the bytes "
              + begin(head)
              + ", not 0 0 8 "
              + count);
    }
    if (numbers.remaining() < Integer.BYTES * count) {
      throw TableException.of(path, "ends in the middle of its header");
    }
    int[] dimensions = new int[count];
    long size = 1;
    for (int i = 0; i < count; i++) {
      dimensions[i] = numbers.getInt();
      if (dimensions[i] < 1) {
        throw TableException.of(path, "has a dimension of " + dimensions[i] + " in its header");
      }
      size = Math.min(Long.MAX_VALUE / Integer.MAX_VALUE, size * dimensions[i]);
    }
    if (size > MOST_OF_MEMORY * Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory())) {
      throw TableException.of(path, "is too large: its header says " + text(dimensions) + " bytes");
    }
    byte[] values = in.readNBytes((int) size); // Grows with what is really there.
    if (values.length < size) {
      throw TableException.of(
          path,
          "is too short: it has "
              + values.length
              + " of the "
              + size
              + " bytes that its header says, "
              + text(dimensions));
    }
    if (in.read() >= 0) {
      throw TableException.of(
          path, "is longer than its header says, " + text(dimensions) + " bytes");
    }
    return new IdxFile(path, dimensions, values);
  }

  private static String begin(byte[] head) {
    return IntStream.range(0, Math.min(head.length, Integer.BYTES))
        .mapToObj(i -> Integer.toString(Byte.toUnsignedInt(head[i])))
        .collect(Collectors.joining(" "));
  }

  private static String text(int[] dimensions) {
    StringBuilder text = new StringBuilder();
    for (int dimension : dimensions) {
      text.append(text.isEmpty() ? "" : " x ").append(dimension);
    }
    return text.toString();
  }

  /** The SHA-256 of the file's bytes as they are on the disk. */
  String sha256() throws TableException {
    try {
      return Sha256.of(path);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }
}
