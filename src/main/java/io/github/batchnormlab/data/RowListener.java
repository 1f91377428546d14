package io.github.batchnormlab.data;

import java.util.List;

/** Hears of a file's rows, one by one, see {@link Preprocessing#read}. */
public interface RowListener {
  /** Stands for a class that training did not have. */
  int UNKNOWN_CLASS = -1;

  /**
   * The names of all columns of the file.
   *
   * @param names without blanks around them
   * @param cells as they stand in the file, blanks and quotes included
   * @param hasTargets whether the targets are among them
   * @throws TableException ends the reading
   */
  void header(List<String> names, List<String> cells, boolean hasTargets) throws TableException;

  /**
   * A row.
   *
   * @param cells all of its cells as they stand in the file, blanks and quotes included
   * @param features ready for the network; the next call may overwrite them
   * @param targets in the units of the file, or the index of the class or {@link #UNKNOWN_CLASS};
   *     NaN where the value is missing; empty if the file does not have the targets. The next call
   *     may overwrite them.
   * @throws TableException ends the reading
   */
  void row(List<String> cells, double[] features, double[] targets) throws TableException;
}
