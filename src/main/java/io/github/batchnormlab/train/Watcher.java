package io.github.batchnormlab.train;

/** Sees a training between its epochs, on its thread, and may take its state. */
public interface Watcher {

  /** A watcher that does nothing. */
  Watcher NONE = new Watcher() {};

  /**
   * An epoch has ended.
   *
   * @param training the training
   */
  default void epochEnded(Training training) {}

  /**
   * The training has ended, at its end or before it.
   *
   * @param training the training
   */
  default void ended(Training training) {}
}
