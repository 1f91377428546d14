package io.github.batchnormlab.data;

import io.github.batchnormlab.study.Plain;
import java.nio.file.Path;

/**
 * A table that no study can be made of. The message is one sentence for the user, without control
 * characters, with the file, and with line, column and value where there is one.
 */
public final class TableException extends Exception {
  private static final long serialVersionUID = 1L;

  private TableException(String message) {
    super(message);
  }

  /**
   * What is wrong with a file as a whole.
   *
   * @param what to follow the file's name: "has a header, but no rows"
   */
  static TableException of(Path file, String what) {
    return of(file.toString(), what);
  }

  /**
   * The same of what need not be a file here.
   *
   * @param where as the user has written it
   */
  static TableException of(String where, String what) {
    return new TableException(Plain.text(where) + " " + what + ".");
  }

  /**
   * What is wrong in a line.
   *
   * @param line counted from 1
   * @param what a sentence without its full stop
   */
  static TableException at(Path file, long line, String what) {
    return new TableException(name(file) + ", line " + line + ": " + what + ".");
  }

  /**
   * What is wrong with a column.
   *
   * @param file where it is
   * @param column its name
   * @param what a sentence without its full stop
   * @return the exception
   */
  public static TableException of(Path file, String column, String what) {
    return of(file.toString(), column, what);
  }

  /**
   * The same of what need not be a file here.
   *
   * @param where as the user has written it
   */
  static TableException of(String where, String column, String what) {
    return new TableException(
        Plain.text(where) + ", column " + Shown.quoted(column) + ": " + what + ".");
  }

  /** What is wrong with a cell. */
  static TableException at(Path file, long line, String column, String what) {
    return new TableException(
        name(file) + ", line " + line + ", column " + Shown.quoted(column) + ": " + what + ".");
  }

  private static String name(Path file) {
    return Plain.text(file.toString());
  }
}
