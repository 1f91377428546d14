package io.github.batchnormlab;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.batchnormlab.nn.SummedLoss;

/** A loss with something done between forward and backward. */
public final class DisturbedLoss extends SummedLoss {
  private final SummedLoss loss;
  private final Runnable disturbance;

  /**
   * @param loss what it gives
   * @param disturbance what is done behind each evaluation
   */
  public DisturbedLoss(SummedLoss loss, Runnable disturbance) {
    super("Disturbed");
    this.loss = loss;
    this.disturbance = disturbance;
  }

  @Override
  public NDArray evaluate(NDList labels, NDList predictions) {
    NDArray sums = loss.evaluate(labels, predictions);
    disturbance.run();
    return sums;
  }

  @Override
  public WithGradient evaluateWithGradient(NDArray labels, NDArray predictions) {
    WithGradient both = loss.evaluateWithGradient(labels, predictions);
    disturbance.run();
    return both;
  }
}
