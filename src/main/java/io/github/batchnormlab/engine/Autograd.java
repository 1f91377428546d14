package io.github.batchnormlab.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/**
 * PyTorch's gradient mode for the current thread, on from construction to {@link #close()}.
 *
 * <p>DJL's own collector holds a flag for the whole JVM, so that only one trainer can run at a
 * time. PyTorch's mode is per thread, and that is all that this one uses.
 */
public final class Autograd implements AutoCloseable {
  private final boolean before = JniUtils.isGradMode();

  /** Lets what this thread computes be differentiated, until it is closed. */
  public Autograd() {
    JniUtils.setGradMode(true);
  }

  /**
   * Adds the gradients of the sum of {@code target} to those that the parameters hold.
   *
   * @param target what depends on the parameters
   */
  public void backward(NDArray target) {
    try (NDArray ones = target.onesLike()) {
      JniUtils.backward((PtNDArray) target, (PtNDArray) ones, false, false);
    }
  }

  /**
   * Adds the gradients of {@code Σ target · weights} to those that the parameters hold, and keeps
   * the graph for more of them.
   *
   * @param target what depends on the parameters
   * @param weights of the shape of the target
   */
  public void backward(NDArray target, NDArray weights) {
    JniUtils.backward((PtNDArray) target, (PtNDArray) weights, true, false);
  }

  /**
   * The same, and gives the graph up.
   *
   * @param target what depends on the parameters
   * @param weights of the shape of the target
   */
  public void backwardOnce(NDArray target, NDArray weights) {
    JniUtils.backward((PtNDArray) target, (PtNDArray) weights, false, false);
  }

  /**
   * Sets a parameter's gradient to zero, also where it is not finite.
   *
   * @param parameter the parameter
   */
  public static void zeroGradient(NDArray parameter) {
    JniUtils.zeroGrad((PtNDArray) parameter);
  }

  /** Switches gradients off for the current thread; PyTorch starts each thread with them on. */
  public static void off() {
    JniUtils.setGradMode(false);
  }

  @Override
  public void close() {
    JniUtils.setGradMode(before);
  }
}
