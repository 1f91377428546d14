package io.github.batchnormlab.run;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What went wrong, in words. */
public final class Messages {
  private Messages() {}

  /**
   * {@return a phrase that names the file, where there is one, and the cause}
   *
   * @param e what was thrown
   */
  public static String of(Throwable e) {
    if (e instanceof FileSystemException error) {
      return error.getFile() + ": " + reason(error);
    }
    if (e instanceof ExceptionInInitializerError && e.getCause() != null) {
      return of(e.getCause());
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** The same where the sentence has named a file: it is not named again. */
  static String of(Throwable e, Path named) {
    return e instanceof FileSystemException error && named.toString().equals(error.getFile())
        ? reason(error)
        : of(e);
  }

  /**
   * {@return the same as a sentence in one line}
   *
   * @param e what was thrown
   */
  public static String sentence(Throwable e) {
    String phrase = e instanceof OutOfMemoryError ? "Java's memory is too small, see -Xmx" : of(e);
    String line = phrase.lines().findFirst().orElse("").strip();
    return line.endsWith(".") ? line : line + ".";
  }

  private static String reason(FileSystemException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "a file is in the way";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return "a folder with something in it is in the way";
    }
    return e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
  }
}
