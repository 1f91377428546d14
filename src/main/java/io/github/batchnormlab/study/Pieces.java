package io.github.batchnormlab.study;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import io.github.batchnormlab.nn.TanhPerceptron;
import java.util.ArrayList;
import java.util.List;

/**
 * A full batch in pieces of rows, each small enough for the processor's cache.
 *
 * <p>The gradient of a sum of errors is the sum of the pieces' gradients, so a step on the pieces
 * one after the other is the full-batch step, at a cost per row and with a memory that do not grow
 * with the batch.
 *
 * <p>A batch of one piece keeps its {@link TanhPerceptron#columns columns}. Those of many pieces
 * would take two thirds of the memory of the points and targets once more; the network makes them
 * anew, at about a hundredth of the time of a piece.
 *
 * @param pieces for each piece the network's inputs and the targets
 */
record Pieces(List<Piece> pieces) {

  /**
   * Rows of a piece: with 300 hidden units in float64 its activations take 2.4 MB. Smaller pieces
   * spend their time on calls, larger ones on memory.
   */
  static final long LARGEST = 1_000;

  /**
   * One piece.
   *
   * @param inputs the rows, and what else the network takes
   * @param targets the targets of the rows
   */
  record Piece(NDList inputs, NDList targets) {}

  /** All of a batch as one piece, for a network that takes the rows alone. */
  static Pieces whole(NDArray points, NDArray targets) {
    return new Pieces(List.of(new Piece(new NDList(points), new NDList(targets))));
  }

  /**
   * Cuts a batch for a {@link TanhPerceptron}.
   *
   * @param points (replicas, rows, 3)
   * @param targets (replicas, rows, 3)
   */
  static Pieces cut(NDArray points, NDArray targets) {
    long rows = points.getShape().get(1);
    long count = (rows - 1) / LARGEST + 1;
    List<Piece> pieces = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      long from = rows * i / count;
      long to = rows * (i + 1) / count;
      NDArray x = slice(points, from, to);
      NDList inputs = count == 1 ? new NDList(x, TanhPerceptron.columns(x)) : new NDList(x);
      pieces.add(new Piece(inputs, new NDList(slice(targets, from, to))));
    }
    return new Pieces(pieces);
  }

  /** The same pieces with something more behind the rows of each. */
  Pieces with(NDList more) {
    return new Pieces(
        pieces.stream()
            .map(
                piece -> {
                  NDList inputs = new NDList(piece.inputs());
                  inputs.addAll(1, more);
                  return new Piece(inputs, piece.targets());
                })
            .toList());
  }

  private static NDArray slice(NDArray array, long from, long to) {
    return array.get(new NDIndex().addAllDim().addSliceDim(from, to));
  }
}
