package io.github.batchnormlab.study;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;

/**
 * A full batch in pieces of rows, each small enough for the processor's cache.
 *
 * <p>The gradient of a sum of errors is the sum of the pieces' gradients, so a step on the pieces
 * one after the other is the full-batch step, at a cost per row and with a memory that do not grow
 * with the batch.
 *
 * @param pieces for each piece the network's inputs and the targets
 */
record Pieces(List<Piece> pieces) {

  /**
   * One piece.
   *
   * @param inputs the rows, and what else the network takes
   * @param targets the targets of the rows
   */
  record Piece(NDList inputs, NDList targets) {}

  /**
   * Cuts a batch.
   *
   * @param points (replicas, rows, 3)
   * @param targets (replicas, rows, 3)
   * @param largest the most rows that a piece may have
   * @param more what the network takes besides the rows, the same for each piece
   */
  static Pieces cut(NDArray points, NDArray targets, long largest, NDList more) {
    long rows = points.getShape().get(1);
    long count = (rows - 1) / largest + 1;
    List<Piece> pieces = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      long from = rows * i / count;
      long to = rows * (i + 1) / count;
      NDList inputs = new NDList(slice(points, from, to));
      inputs.addAll(more);
      pieces.add(new Piece(inputs, new NDList(slice(targets, from, to))));
    }
    return new Pieces(pieces);
  }

  private static NDArray slice(NDArray array, long from, long to) {
    return array.get(new NDIndex().addAllDim().addSliceDim(from, to));
  }
}
