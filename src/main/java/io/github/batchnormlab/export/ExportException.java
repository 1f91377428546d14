package io.github.batchnormlab.export;

import io.github.batchnormlab.study.Plain;

/** A network cannot be had in a format. The message is a sentence that says why. */
public final class ExportException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Names of columns may stand in the message: a screen must not obey them. */
  ExportException(String message) {
    super(Plain.text(message));
  }
}
