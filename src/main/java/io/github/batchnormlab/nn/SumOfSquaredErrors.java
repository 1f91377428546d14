package io.github.batchnormlab.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.stream.IntStream;

/**
 * The sum of squared errors over batch and outputs, {@code Σ (prediction - label)²}.
 *
 * <p>Labels and predictions are (batch, outputs), and the loss is a scalar. With a leading axis of
 * replicas, (replicas, batch, outputs), it is one loss for each replica, of shape (replicas).
 */
public final class SumOfSquaredErrors extends SummedLoss {
  private static final int BATCH_AND_OUTPUTS = 2;

  /** A loss named "SumOfSquaredErrors". */
  public SumOfSquaredErrors() {
    super("SumOfSquaredErrors");
  }

  /**
   * @return a scalar, or shape (replicas)
   */
  @Override
  public NDArray evaluate(NDList labels, NDList predictions) {
    return sumOfSquares(predictions.singletonOrThrow().sub(labels.singletonOrThrow()));
  }

  /** The gradient is {@code 2 (prediction - label)}. */
  @Override
  public WithGradient evaluateWithGradient(NDArray labels, NDArray predictions) {
    NDArray errors = predictions.sub(labels);
    NDArray loss = sumOfSquares(errors);
    return new WithGradient(loss, errors.addi(errors));
  }

  private static NDArray sumOfSquares(NDArray errors) {
    int dimension = errors.getShape().dimension();
    int[] axes = IntStream.range(Math.max(0, dimension - BATCH_AND_OUTPUTS), dimension).toArray();
    return errors.square().sum(axes);
  }
}
