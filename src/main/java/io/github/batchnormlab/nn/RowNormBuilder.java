package io.github.batchnormlab.nn;

/** What the builders of normalizations of single rows have in common: ε and replicas. */
abstract class RowNormBuilder<T extends RowNormBuilder<T>> extends ReplicasBuilder<T> {
  private double epsilon = 1e-6;

  /**
   * What is added under the root, 1e-6 if not set.
   *
   * @param epsilon a finite number above 0
   * @return this builder
   */
  public T optEpsilon(double epsilon) {
    this.epsilon = epsilon;
    return self();
  }

  final double epsilon() {
    return epsilon;
  }

  /**
   * @throws IllegalArgumentException if ε is not a finite number above 0, or the number of replicas
   *     is negative
   */
  final void check() {
    checkReplicas();
    if (!(epsilon > 0 && Double.isFinite(epsilon))) {
      throw new IllegalArgumentException(
          "epsilon must be a finite number above 0, but is " + epsilon);
    }
  }
}
