package io.github.batchnormlab.nn;

/** Checks that several builders share. */
final class Checks {
  private Checks() {}

  static void layer(int units, int replicas) {
    if (units < 1) {
      throw new IllegalArgumentException("units must be at least 1, but is " + units);
    }
    replicas(replicas);
  }

  static void replicas(int replicas) {
    if (replicas < 0) {
      throw new IllegalArgumentException("replicas must not be negative, but is " + replicas);
    }
  }

  static void batchNorm(double lambda, double epsilon) {
    if (!(lambda >= 0 && lambda < 1)) {
      throw new IllegalArgumentException("lambda must be in [0, 1), but is " + lambda);
    }
    if (!(epsilon > 0 && Double.isFinite(epsilon))) {
      throw new IllegalArgumentException(
          "epsilon must be a finite number above 0, but is " + epsilon);
    }
  }

  /** The smallest batch whose variance can divide by n - 1 has two values of each feature. */
  static void samples(long n, boolean populationVariance) {
    if (n < 2 && !populationVariance) {
      throw new IllegalArgumentException(
          "Batch normalization with a variance that divides by n - 1 needs at least 2 values"
              + " of each feature in a training batch, but n is "
              + n);
    }
  }
}
