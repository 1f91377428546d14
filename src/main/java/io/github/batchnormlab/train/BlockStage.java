package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import io.github.batchnormlab.data.BlockWork;
import io.github.batchnormlab.data.RowBlock;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.model.Piece;
import io.github.batchnormlab.model.SynchronizedGradient;
import io.github.batchnormlab.model.SynchronizedGradient.Known;
import io.github.batchnormlab.nn.Gradients;
import java.util.Arrays;
import java.util.HashMap;

/**
 * A stage backward of a {@link SynchronizedGradient}: the sum of the losses, and behind it the
 * gradients that the stage finds, in its order.
 *
 * @param plan the network
 * @param values of all its parameters by name
 * @param known the statistics of all layers, and what earlier stages have found
 */
record BlockStage(BlockNetwork.Plan plan, HashMap<String, double[]> values, Known known)
    implements BlockWork<RowBlock, double[]> {
  @Override
  public Worker<RowBlock, double[]> begin() {
    return new StageWorker(BlockNetwork.of(plan, values));
  }

  private final class StageWorker implements Worker<RowBlock, double[]> {
    private final BlockNetwork network;

    StageWorker(BlockNetwork network) {
      this.network = network;
    }

    @Override
    public double[] of(RowBlock block) {
      SynchronizedGradient gradient = network.synchronization();
      double[] sums =
          new double
              [1
                  + gradient.found(known.sums().size()).stream()
                      .mapToInt(parameter -> (int) parameter.getShape().size())
                      .sum()];
      if (block.trainX().length == 0) {
        return sums;
      }
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDArray x = network.array(block.trainX(), plan.kind().inputs());
        NDArray y = network.array(block.trainY(), plan.kind().targets());
        for (Piece piece : network.part(x, y).pieces()) {
          add(piece, sums);
        }
      }
      return sums;
    }

    private void add(Piece piece, double[] sums) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        SynchronizedGradient gradient = network.synchronization();
        Gradients found =
            gradient.backward(
                piece.x(), piece.y().head(), network.objective().loss(), network.factor(), known);
        sums[0] += found.losses()[0];
        int at = 1;
        for (NDArray each : found.ofParameters().values()) {
          for (double value : Values.of(each)) {
            sums[at++] += value;
          }
        }
      }
    }

    @Override
    public void close() {
      network.close();
    }
  }

  @Override
  public double[] merge(double[] first, double[] second) {
    Arrays.setAll(first, i -> first[i] + second[i]);
    return first;
  }
}
