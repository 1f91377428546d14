package io.github.batchnormlab.train;

/**
 * What a network says of the test rows.
 *
 * @param error each replica's sum of the losses
 * @param sums what the metrics are made of
 */
record Evaluation(double[] error, double[] sums) {
  static final double[] NOTHING = {};
}
