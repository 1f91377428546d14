package io.github.batchnormlab.study;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of bytes, by which they are known again. */
public final class Sha256 {
  private static final int BUFFER_BYTES = 1 << 16;

  private Sha256() {}

  /** {@return a sum that has seen no byte yet} */
  public static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /**
   * {@return the sum of a file's bytes, in hexadecimal digits}
   *
   * @param file the file
   * @throws IOException if it cannot be read
   */
  public static String of(Path file) throws IOException {
    MessageDigest sum = start();
    try (InputStream bytes = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = bytes.read(buffer); count >= 0; count = bytes.read(buffer)) {
        sum.update(buffer, 0, count);
      }
    }
    return HexFormat.of().formatHex(sum.digest());
  }

  /**
   * {@return the sum of bytes, in hexadecimal digits}
   *
   * @param bytes the bytes
   */
  public static String of(byte[] bytes) {
    return HexFormat.of().formatHex(start().digest(bytes));
  }
}
