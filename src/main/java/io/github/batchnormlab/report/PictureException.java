package io.github.batchnormlab.report;

/** A picture cannot be drawn on this machine. The message is one sentence for the user. */
public final class PictureException extends Exception {
  private static final long serialVersionUID = 1L;

  PictureException(String message, Throwable cause) {
    super(message, cause);
  }
}
