package io.github.batchnormlab.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

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
   * @throws IllegalArgumentException if the delimiter is none of the three
   */
  public TableFile {
    if (",;\t".indexOf(delimiter) < 0) {
      throw new IllegalArgumentException("The delimiter must be a comma, a semicolon or a tab");
    }
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

  boolean isCompressed() {
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
