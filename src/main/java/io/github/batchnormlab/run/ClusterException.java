package io.github.batchnormlab.run;

/** Other machines could not do what they were asked to. The message is a sentence. */
public final class ClusterException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param sentence what has happened
   */
  public ClusterException(String sentence) {
    super(sentence);
  }
}
