package io.github.batchnormlab.study;

/** What becomes of rows in which values are missing. */
public enum Missing {
  /** They are a fault. */
  REFUSE("refuse"),

  /** They are left out, before any split. */
  DROP("drop"),

  /**
   * The training rows' median stands in for a number, and their most frequent category for a
   * category; of categories that are equally frequent the first by code point. A missing target is
   * a fault: a target that was made up would be learned, and a row that goes in silence changes the
   * split of all others.
   */
  MEDIAN("median");

  private final String id;

  Missing(String id) {
    this.id = id;
  }

  @Override
  public String toString() {
    return id;
  }
}
