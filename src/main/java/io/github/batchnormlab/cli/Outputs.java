package io.github.batchnormlab.cli;

import io.github.batchnormlab.run.Messages;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes the files of a run: if one fails, the others are written all the same. Several threads may
 * write at once.
 */
final class Outputs {
  private final PrintWriter err;
  private final AtomicInteger missing = new AtomicInteger();

  Outputs(PrintWriter err) {
    this.err = err;
  }

  /** Writes one file. */
  @FunctionalInterface
  interface Writing<E extends Exception> {
    void run() throws IOException, E;
  }

  /**
   * Writes a file, or says why that failed.
   *
   * @return whether it was written
   */
  boolean write(String file, Writing<? extends Exception> writing) {
    try {
      writing.run();
      return true;
    } catch (Exception | OutOfMemoryError | LinkageError e) {
      failed(file + " could not be written (" + Messages.of(e).replaceFirst("\\.$", "") + ").");
      return false;
    }
  }

  /** Says that a file could not be written. */
  void failed(String sentence) {
    missing.incrementAndGet();
    err.println(sentence);
    err.flush();
  }

  /** Whether all files could be written. */
  boolean areComplete() {
    return missing.get() == 0;
  }
}
