package io.github.batchnormlab.data;

import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.Sha256;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A CSV file: a header with a name for each column, then the rows, in UTF-8, with or without a byte
 * order mark; compressed if its name ends with {@code .gz}. Quotes are those of RFC 4180. Lines end
 * with CR, LF or both. Lines without any character are left out.
 *
 * @param path where it is; it must be a regular file, as it is read twice
 * @param delimiter what parts the cells: a comma, a semicolon or a tab
 */
public record TableFile(Path path, char delimiter) {
  private static final int BUFFER_BYTES = 1 << 16;

  /**
   * @param path where it is; it must be a regular file, as it is read twice
   * @param delimiter what parts the cells: a comma, a semicolon or a tab
   * @throws IllegalArgumentException if the delimiter is none of the three
   */
  public TableFile {
    if (",;\t".indexOf(delimiter) < 0) {
      throw new IllegalArgumentException("The delimiter must be a comma, a semicolon or a tab");
    }
  }

  /** What it is called in messages. */
  String name() {
    return path.toString();
  }

  /** Says what is wrong with the path, if anything is. */
  void check() throws TableException {
    if (Files.isDirectory(path)) {
      throw TableException.of(path, "is a folder, not a file");
    }
    if (Files.notExists(path)) {
      throw TableException.of(path, "does not exist");
    }
    if (!Files.isRegularFile(path)) {
      throw TableException.of(path, "is no regular file, so it cannot be read twice");
    }
    if (!Files.isReadable(path)) {
      throw TableException.of(path, "may not be read");
    }
  }

  /**
   * {@return the SHA-256 of the file's bytes, as they are on the disk, in hexadecimal digits: it
   * says whether a study that goes on has the data that it began with}
   *
   * @throws TableException if the file cannot be read
   */
  public String sha256() throws TableException {
    check();
    try {
      return Sha256.of(path);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** What is wrong with a file whose bytes cannot be had. */
  TableException unreadable(IOException e) {
    if (e instanceof ZipException) {
      return TableException.of(
          path, "is no gzip file, though its name ends with .gz, or it is damaged");
    }
    if (e instanceof EOFException && isCompressed()) {
      return TableException.of(path, "ends in the middle of its compressed data");
    }
    String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return TableException.of(path, "cannot be read (" + Plain.text(why) + ")");
  }

  private boolean isCompressed() {
    return isCompressed(path);
  }

  /**
   * {@return whether a file of that name holds compressed text}
   *
   * @param path where it is or is to be
   */
  public static boolean isCompressed(Path path) {
    Path name = path.getFileName();
    return name != null && name.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
  }

  /** The bytes of the text, decompressed. */
  InputStream open() throws IOException {
    InputStream bytes = Files.newInputStream(path);
    if (!isCompressed()) {
      return bytes;
    }
    try {
      return new GZIPInputStream(new BufferedInputStream(bytes, BUFFER_BYTES), BUFFER_BYTES);
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }
}
