package io.github.batchnormlab.notebook;

/** A cell could not be executed. The message says which, and why. */
public final class CellException extends Exception {
  private static final long serialVersionUID = 1L;

  CellException(int number, String why) {
    super("Cell " + number + " fails: " + why);
  }
}
