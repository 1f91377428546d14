package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import io.github.batchnormlab.data.BlockWork;
import io.github.batchnormlab.data.RowBlock;
import io.github.batchnormlab.engine.Values;
import java.util.HashMap;

/**
 * How many test rows of each class a network takes for each class, {@code [true][predicted]}.
 *
 * @param plan the network
 * @param values of all its parameters by name
 */
record BlockConfusion(BlockNetwork.Plan plan, HashMap<String, double[]> values)
    implements BlockWork<RowBlock, int[][]> {

  @Override
  public Worker<RowBlock, int[][]> begin() {
    return BlockNetwork.worker(plan, values, this::counts);
  }

  private int[][] counts(BlockNetwork network, RowBlock block) {
    int[][] counts = new int[plan.kind().outputs()][plan.kind().outputs()];
    network.test(block, piece -> count(piece.y().head(), network.predict(piece), counts));
    return counts;
  }

  /**
   * Counts the rows of a piece, those of the first replica.
   *
   * @param labels (replicas, rows, 1)
   * @param predictions (replicas, rows, classes)
   */
  static void count(NDArray labels, NDArray predictions, int[][] counts) {
    double[] taken = Values.of(predictions.get(0).argMax(1));
    double[] right = Values.of(labels.get(0));
    for (int i = 0; i < taken.length; i++) {
      counts[(int) right[i]][(int) taken[i]]++;
    }
  }

  @Override
  public int[][] merge(int[][] first, int[][] second) {
    for (int i = 0; i < first.length; i++) {
      for (int j = 0; j < first.length; j++) {
        first[i][j] += second[i][j];
      }
    }
    return first;
  }
}
