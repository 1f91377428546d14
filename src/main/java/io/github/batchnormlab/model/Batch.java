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

  /** Below, calls cost more than the cache saves. */
  private static final int LEAST_ROWS = 250;

  /** Activations of a hidden layer, all replicas together: {@link #MOST_ROWS} of 300 units. */
  public static final long MOST_ACTIVATIONS = 300_000;

  /** So many pieces may keep what a fast network takes beside the rows. */
  private static final int FEW_PIECES = 8;

  /** All rows as one piece. */
  static Batch whole(NDArray x, NDArray y) {
    return new Batch(List.of(new Piece(x, new NDList(y), null, null)));
  }

  /**
   * Rows in pieces of at most {@link #MOST_ROWS}, on a CPU of fewer where the layers are wide or
   * the replicas many.
   *
   * @param units those of the widest layer
   * @param activations the most of a hidden layer, all replicas together
   */
  static Batch inPieces(NDArray x, NDArray y, int units, long activations) {
    int rows = (int) x.getShape().get(1);
    long fitting = activations / (x.getShape().get(0) * units);
    int most =
        x.getDevice().isGpu()
            ? MOST_ROWS
            : (int) Math.max(LEAST_ROWS, Math.min(MOST_ROWS, fitting));
    int count = (rows - 1) / most + 1;
    if (count == 1) {
      return whole(x, y);
    }
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long from = (long) rows * i / count;
      long to = (long) rows * (i + 1) / count;
      pieces.add(new Piece(rows(x, from, to), new NDList(rows(y, from, to)), null, null));
    }
    return new Batch(pieces);
  }

  /**
   * The same with what a fast network takes beside the rows.
   *
   * <p>A batch of a few pieces keeps their columns. Those of many pieces would take two thirds of
   * the memory of a table of three features and three targets once more; the network makes them
   * anew, at about a hundredth of the time of a piece.
   *
   * @param training whether the rows are for training steps
   */
  static Batch inPieces(NDArray x, NDArray y, int units, TanhPerceptron fast, boolean training) {
    return inPieces(x, y, units, MOST_ACTIVATIONS, training ? moments(fast, x) : null);
  }

  /**
   * The same of a part of a batch.
   *
   * @param moments those of the whole batch, or null where no step is made
   */
  static Batch inPieces(NDArray x, NDArray y, int units, long activations, Moments moments) {
    List<Piece> pieces = inPieces(x, y, units, activations).pieces;
    boolean areFew = pieces.size() <= FEW_PIECES;
    return new Batch(
        pieces.stream()
            .map(
                piece ->
                    new Piece(
                        piece.x(),
                        piece.y(),
                        areFew ? TanhPerceptron.columns(piece.x()) : null,
                        moments))
            .toList());
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
