package io.github.batchnormlab.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.training.loss.Loss;

/** A loss that is a sum over the rows of a batch, and that knows its own gradient. */
public abstract class SummedLoss extends Loss {

  /**
   * @param name what the loss is called
   */
  protected SummedLoss(String name) {
    super(name);
  }

  /**
   * Evaluates the loss and its gradient. It is to be called where nothing else is differentiated.
   *
   * @param labels (…, batch, labels)
   * @param predictions (…, batch, outputs)
   * @return both
   */
  public abstract WithGradient evaluateWithGradient(NDArray labels, NDArray predictions);

  /**
   * A loss and its gradient.
   *
   * @param loss a scalar, or shape (replicas)
   * @param gradient with respect to the predictions, (…, batch, outputs)
   */
  public record WithGradient(NDArray loss, NDArray gradient) {}
}
