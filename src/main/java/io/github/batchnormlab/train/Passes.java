package io.github.batchnormlab.train;

import java.util.Map;

/** The passes of a training over its rows, wherever these are. */
interface Passes {
  /** How many training rows each replica has. */
  int trainRows();

  /** How many test rows each replica has. */
  int testRows();

  /**
   * Trains an epoch.
   *
   * @return each replica's sum of the losses of its training rows, as they were trained
   */
  double[] train();

  /**
   * Evaluates the test rows.
   *
   * @param goesOn whether an epoch follows, of which a part may be done on the way
   */
  Evaluation test(boolean goesOn);

  /** How many test rows of each class the first replica takes for each class. */
  int[][] confusion(int classes);

  /** Adds what the order of the next epochs depends on, by name. */
  void save(Map<String, double[]> values);

  /**
   * Takes back out what {@link #save} has added, and goes on from there.
   *
   * @throws IllegalArgumentException if it is not there
   */
  void restore(Map<String, double[]> values);
}
