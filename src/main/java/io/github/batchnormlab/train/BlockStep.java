package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.github.batchnormlab.data.BlockWork;
import io.github.batchnormlab.data.RowBlock;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.model.Piece;
import io.github.batchnormlab.nn.Gradients;
import java.util.Arrays;
import java.util.HashMap;

/**
 * What a step and an evaluation need of a block, in one pass over it: the sum of the losses of its
 * training rows and its part of the gradient, and behind them the sums over its test rows.
 *
 * @param plan the network
 * @param values of all its parameters by name
 * @param differentiates whether the gradient is asked for
 * @param evaluates whether the test rows are asked for
 */
record BlockStep(
    BlockNetwork.Plan plan,
    HashMap<String, double[]> values,
    boolean differentiates,
    boolean evaluates)
    implements BlockWork<RowBlock, double[]> {

  @Override
  public Worker<RowBlock, double[]> begin() {
    return BlockNetwork.worker(plan, values, this::found);
  }

  private double[] found(BlockNetwork network, RowBlock block) {
    double[] found =
        new double
            [(differentiates ? 1 + network.trained() : 0)
                + (evaluates ? 1 + plan.kind().scores() : 0)];
    if (evaluates) {
      network.test(block, piece -> evaluate(network, piece, found));
    }
    if (differentiates && block.trainX().length > 0) {
      Gradients gradients = network.gradients(block);
      found[0] = gradients.losses()[0];
      System.arraycopy(network.join(gradients), 0, found, 1, network.trained());
    }
    return found;
  }

  private void evaluate(BlockNetwork network, Piece piece, double[] found) {
    int at = found.length - 1 - plan.kind().scores();
    NDArray predictions = network.predict(piece);
    NDArray loss = network.objective().loss().evaluate(piece.y(), new NDList(predictions));
    found[at] += Values.of(loss)[0];
    double[] sums = Values.of(Scores.sums(plan.kind().task(), piece.y().head(), predictions));
    for (int i = 0; i < sums.length; i++) {
      found[at + 1 + i] += sums[i];
    }
  }

  @Override
  public double[] merge(double[] first, double[] second) {
    Arrays.setAll(first, i -> first[i] + second[i]);
    return first;
  }
}
