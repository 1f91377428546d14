package io.github.batchnormlab.export;

import java.util.List;

/**
 * A network in the format of a file.
 *
 * @param content all bytes of the file
 * @param remarks what the user should know of it, in sentences
 */
public record Exported(byte[] content, List<String> remarks) {
  /**
   * Takes a copy of the remarks.
   *
   * @param content all bytes of the file
   * @param remarks what the user should know of it, in sentences
   */
  public Exported {
    remarks = List.copyOf(remarks);
  }
}
