package io.github.batchnormlab.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * The sum over the batch of the softmax cross-entropy with the true classes.
 *
 * <pre>
 * Σ -log softmax(z)[c] = Σ log Σ_k exp(z_k - max z) - (z_c - max z)
 * </pre>
 *
 * <p>where z are the predictions of a row, one for each class, any numbers, and c is the row's
 * label, the index of its class from 0, as a whole number of any type. The logarithm is taken of
 * the whole, so that large predictions neither overflow nor underflow. The gradient with respect to
 * z is {@code softmax(z) - onehot(c)}.
 *
 * <p>Labels are (batch, 1), predictions (batch, classes), and the loss is a scalar. With a leading
 * axis of replicas, (replicas, batch, 1) and (replicas, batch, classes), it is one loss for each
 * replica, of shape (replicas).
 *
 * <p>Source: {@code torch.nn.CrossEntropyLoss(reduction="sum")}, which has the classes on the
 * second axis.
 */
public final class SoftmaxCrossEntropy extends SummedLoss {
  private static final int CLASSES = -1;
  private static final int[] BATCH_AND_LABEL = {-2, -1};

  /** A loss named "SoftmaxCrossEntropy". */
  public SoftmaxCrossEntropy() {
    super("SoftmaxCrossEntropy");
  }

  /**
   * @return a scalar, or shape (replicas)
   * @throws IllegalArgumentException if the labels are not one for each row of the predictions
   * @throws ai.djl.engine.EngineException if a label is no class, as far as the device checks it
   */
  @Override
  public NDArray evaluate(NDList labels, NDList predictions) {
    NDArray z = predictions.singletonOrThrow();
    NDArray index = index(labels.singletonOrThrow(), z);
    return loss(z.logSoftmax(CLASSES), index);
  }

  /** The gradient is {@code softmax(z) - onehot(c)}. */
  @Override
  public WithGradient evaluateWithGradient(NDArray labels, NDArray predictions) {
    NDArray index = index(labels, predictions);
    NDArray logarithms = predictions.logSoftmax(CLASSES);
    NDArray loss = loss(logarithms, index);
    int classes = (int) predictions.getShape().get(predictions.getShape().dimension() - 1);
    NDArray oneHot = index.squeeze(CLASSES).oneHot(classes, predictions.getDataType());
    return new WithGradient(loss, logarithms.exp().subi(oneHot));
  }

  private static NDArray index(NDArray classes, NDArray z) {
    checkShapes(classes.getShape(), z.getShape());
    return classes.toType(DataType.INT64, false);
  }

  private static NDArray loss(NDArray logarithms, NDArray index) {
    return logarithms.gather(index, CLASSES).sum(BATCH_AND_LABEL).neg();
  }

  /** The engine itself would take fewer labels than rows. */
  private static void checkShapes(Shape labels, Shape predictions) {
    int dimension = predictions.dimension();
    if (dimension < BATCH_AND_LABEL.length
        || !labels.equals(predictions.slice(0, dimension - 1).add(1))) {
      throw new IllegalArgumentException(
          "Predictions of shape "
              + predictions
              + " need labels of the same shape but 1 at its end, and they have "
              + labels);
    }
  }
}
