package io.github.batchnormlab.cli;

import io.github.batchnormlab.study.Messages;
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
   * Writes a file, or says why it is missing.
   *
   * @return whether it was written
   */
  boolean write(String file, Writing<? extends Exception> writing) {
    try {
      writing.run();
      return true;
    } catch (Exception e) {
      failed(file + " is missing: " + Messages.of(e) + ".");
      return false;
    }
  }

  /** Says that a file is missing. */
  void failed(String sentence) {
    missing.incrementAndGet();
    err.println(sentence);
    err.flush();
  }

  /** Whether all files that were to be written are there. */
  boolean areComplete() {
    return missing.get() == 0;
  }
}
