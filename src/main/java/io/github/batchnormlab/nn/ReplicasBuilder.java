package io.github.batchnormlab.nn;

/** What the builders of all blocks here have in common: a leading axis of replicas. */
abstract class ReplicasBuilder<T extends ReplicasBuilder<T>> {
  private int replicas;

  /** This builder in its own type. */
  abstract T self();

  /**
   * Gives all arrays a leading axis of so many independent replicas; without it there is none.
   *
   * @param replicas how many; 0 for no such axis
   * @return this builder
   */
  public T optReplicas(int replicas) {
    this.replicas = replicas;
    return self();
  }

  final int replicas() {
    return replicas;
  }

  final void checkReplicas() {
    if (replicas < 0) {
      throw new IllegalArgumentException("replicas must not be negative, but is " + replicas);
    }
  }
}
