package io.github.batchnormlab.run;

import java.nio.file.Path;

/** A file of a run cannot be used. The message names the file and says why. */
public final class RunException extends Exception {
  private static final long serialVersionUID = 1L;

  RunException(Path file, String why) {
    super(file + " " + why + ".");
  }
}
