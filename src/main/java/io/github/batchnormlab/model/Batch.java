package io.github.batchnormlab.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import io.github.batchnormlab.nn.fast.Moments;
import io.github.batchnormlab.nn.fast.TanhPerceptron;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of one step, in pieces that each fit the processor's cache.
 *
 * <p>The gradient of a sum of errors is the sum of the pieces' gradients, so a step on the pieces
 * one after the other is the step on the batch, at a cost per row and with a memory that do not
 * grow with the batch. A network whose statistics need all rows at once takes them as one piece.
 *
 * @param pieces the pieces, in the order of the rows
 */
public record Batch(List<Piece> pieces) {

  /**
   * The most rows of a piece: with 300 hidden units in float64 its activations take 2.4 MB. Smaller
   * pieces spend their time on calls, larger ones on memory.
   */
  public static final int MOST_ROWS = 1_000;

  /** All rows as one piece. */
  static Batch whole(NDArray x, NDArray y) {
    return new Batch(List.of(new Piece(x, new NDList(y), null, null, true)));
  }

  /**
   * Rows in pieces of at most {@link #MOST_ROWS}.
   *
   * <p>A batch of one piece keeps its columns. Those of many pieces would take two thirds of the
   * memory of a table of three features and three targets once more; the network makes them anew,
   * at about a hundredth of the time of a piece.
   *
   * @param perceptron takes the rows
   * @param training whether they are for training steps
   */
  static Batch inPieces(TanhPerceptron perceptron, NDArray x, NDArray y, boolean training) {
    int rows = (int) x.getShape().get(1);
    int count = (rows - 1) / MOST_ROWS + 1;
    Moments moments = training ? moments(perceptron, x) : null;
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long from = (long) rows * i / count;
      long to = (long) rows * (i + 1) / count;
      NDArray slice = rows(x, from, to);
      pieces.add(
          new Piece(
              slice,
              new NDList(rows(y, from, to)),
              count == 1 ? TanhPerceptron.columns(slice) : null,
              moments,
              i == 0));
    }
    return new Batch(pieces);
  }

  /** What moments are computed by is as large as the rows, and is freed at once. */
  private static Moments moments(TanhPerceptron perceptron, NDArray x) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Moments moments = perceptron.moments(x);
      if (moments != null) {
        NDScope.unregister(moments.mean(), moments.covariance());
      }
      return moments;
    }
  }

  private static NDArray rows(NDArray array, long from, long to) {
    return array.get(new NDIndex().addAllDim().addSliceDim(from, to));
  }
}
