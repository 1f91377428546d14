package io.github.batchnormlab.run;

import io.github.batchnormlab.study.Plain;
import java.nio.file.Path;

/** A file of a run cannot be used. The message names the file and says why. */
public final class RunException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Parts of a file may stand in the reason: a screen must not obey them. */
  RunException(Path file, String why) {
    super(Plain.text(file + " " + why + "."));
  }
}
