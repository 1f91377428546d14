package io.github.batchnormlab.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jline.utils.Signals;

/**
 * Ctrl-C and SIGTERM while it is open: the first is a request to end, the second ends the process
 * at once.
 */
final class Interruption implements AutoCloseable {
  /** A process that a signal ended has the code 128 + the signal's number. */
  private static final Map<String, Integer> CODES = Map.of("INT", 130, "TERM", 143);

  private final PrintWriter err;
  private final Map<String, Object> handlersBefore = new LinkedHashMap<>();
  private final Runnable lastWords;
  private volatile int code;

  /**
   * @param err where to say that a signal has come
   * @param lastWords said before the process ends at once
   */
  Interruption(PrintWriter err, Runnable lastWords) {
    this.err = err;
    this.lastWords = lastWords;
    CODES.forEach(
        (name, exitCode) ->
            handlersBefore.put(name, Signals.register(name, () -> received(exitCode))));
  }

  private void received(int exitCode) {
    if (code != 0) {
      lastWords.run();
      Runtime.getRuntime().halt(exitCode);
    }
    code = exitCode;
    err.println();
    err.println("Stopping after this epoch. Ctrl-C again stops at once, and writes nothing more.");
    err.flush();
  }

  /** Whether a signal has come. */
  boolean isRequested() {
    return code != 0;
  }

  /** The exit code that the signal asks for, or 0 if none has come. */
  int code() {
    return code;
  }

  @Override
  public void close() {
    handlersBefore.forEach(
        (name, handler) -> {
          if (handler != null) { // Else this system has no such signal.
            Signals.unregister(name, handler);
          }
        });
  }
}
