package io.github.batchnormlab.run;

import io.github.batchnormlab.data.TableFile;
import io.github.batchnormlab.study.SettingException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/** Writes files whole or not at all: under another name first, renamed when complete. */
public final class WholeFile {
  private static final int BUFFER_BYTES = 1 << 16;

  private WholeFile() {}

  /** Writes the content of a file that it is told. */
  @FunctionalInterface
  public interface Content<T, E extends Exception> {
    /**
     * @param target where to write
     * @throws IOException if it cannot be written
     * @throws E if the writing does
     */
    void writeTo(T target) throws IOException, E;
  }

  /**
   * Writes text.
   *
   * @param file replaced if it exists
   * @param content writes the text
   * @throws IOException if it cannot be written
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
   * @param <E> what else the writing may throw
   * @param file replaced if it exists
   * @param content writes to the path that it is given
   * @throws IOException if it cannot be written
   * @throws E if the writing does
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

  /**
   * Writes a new text, see {@link #newFile}.
   *
   * @param file is not there yet; compressed if its name ends with {@code .gz}
   * @param content writes the text
   * @throws IOException if it cannot be written, or is there by now
   */
  static void newText(Path file, Content<BufferedWriter, RuntimeException> content)
      throws IOException {
    WholeFile.<RuntimeException>newFile(
        file,
        path -> {
          try (BufferedWriter out = newWriter(path, TableFile.isCompressed(file))) {
            content.writeTo(out);
          }
        });
  }

  private static BufferedWriter newWriter(Path path, boolean compressed) throws IOException {
    OutputStream bytes = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW);
    try {
      OutputStream sink = compressed ? new GZIPOutputStream(bytes, BUFFER_BYTES) : bytes;
      return new BufferedWriter(
          new OutputStreamWriter(sink, StandardCharsets.UTF_8.newEncoder()), BUFFER_BYTES);
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }

  /**
   * Checks, before any work, that a file is not there yet.
   *
   * @param file what {@code --output} names
   * @throws SettingException if it is
   */
  public static void checkNew(Path file) {
    if (Files.exists(file)) {
      throw new SettingException("output", file, "must be a new file");
    }
  }

  /**
   * Writes a file that is not there yet, whole and on the disk before it gets its name. What has
   * got that name meanwhile stays. After a failure nothing is left, folders that were made
   * included.
   *
   * @param <E> what the content throws besides
   * @param file is not there yet
   * @param content makes the file at the path that it is given
   * @throws IOException if it cannot be written, or is there by now
   * @throws E if the content does
   */
  public static <E extends Exception> void newFile(Path file, Content<Path, E> content)
      throws IOException, E {
    Path folder = file.toAbsolutePath().getParent();
    Path made = RunFolder.highestMissing(folder);
    Path temporary = folder.resolve("." + UUID.randomUUID() + ".new");
    temporary.toFile().deleteOnExit(); // Also after a signal.
    boolean isWritten = false;
    try {
      makeFolder(folder);
      content.writeTo(temporary);
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      publish(temporary, file);
      isWritten = true;
    } catch (IOException e) {
      throw named(file, e);
    } finally {
      Files.deleteIfExists(temporary);
      if (!isWritten) {
        RunFolder.removeEmpty(folder, made);
      }
    }
  }

  /** Gives a file its name, if nothing else has it. Not every system has links. */
  private static void publish(Path temporary, Path file) throws IOException {
    try {
      Files.createLink(file, temporary);
    } catch (UnsupportedOperationException | FileSystemException e) {
      if (e instanceof FileAlreadyExistsException exists) {
        throw exists;
      }
      Files.move(temporary, file); // Refuses what is there.
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
