package io.github.batchnormlab.run;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files whole or not at all: under another name first, renamed when complete. */
public final class WholeFile {
  private WholeFile() {}

  /** Writes the content of a file that it is told. */
  @FunctionalInterface
  public interface Content<T, E extends Exception> {
    /**
     * @param target where to write
     */
    void writeTo(T target) throws IOException, E;
  }

  /**
   * Writes text.
   *
   * @param file replaced if it exists
   */
  public static void text(Path file, Content<BufferedWriter, RuntimeException> content)
      throws IOException {
    WholeFile.<RuntimeException>file(
        file,
        path -> {
          try (BufferedWriter out = Files.newBufferedWriter(path)) {
            content.writeTo(out);
          }
        });
  }

  /**
   * Writes anything.
   *
   * @param file replaced if it exists
   * @param content writes to the path that it is given
   */
  public static <E extends Exception> void file(Path file, Content<Path, E> content)
      throws IOException, E {
    // Where somebody has removed the folder meanwhile, it is made anew, so that nothing is lost.
    makeFolder(file.toAbsolutePath().getParent());
    Path temporary = file.resolveSibling("." + file.getFileName() + ".new");
    try {
      try {
        content.writeTo(temporary);
      } catch (IOException e) {
        throw named(file, e);
      }
      try {
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Makes a folder and those above it; one that is there, or a link to one, is left as it is. */
  static void makeFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
    }
  }

  /** The exception with the name of the file: streams say only that, say, no space is left. */
  static IOException named(Path file, IOException e) {
    return e instanceof FileSystemException
        ? e
        : new FileSystemException(file.toString(), null, e.getMessage());
  }
}
