package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import io.github.batchnormlab.data.BlockWork;
import io.github.batchnormlab.data.RowBlock;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.model.SynchronizedGradient;
import io.github.batchnormlab.model.SynchronizedGradient.Known;
import io.github.batchnormlab.nn.Gradients;
import io.github.batchnormlab.nn.SummedLoss;
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
    return BlockNetwork.worker(plan, values, this::sums);
  }

  private double[] sums(BlockNetwork network, RowBlock block) {
    SynchronizedGradient gradient = network.synchronization();
    int size =
        gradient.found(known.sums().size()).stream()
            .mapToInt(parameter -> (int) parameter.getShape().size())
            .sum();
    double[] sums = new double[1 + size];
    network.train(
        block,
        piece -> {
          NDArray y = piece.y().head();
          SummedLoss loss = network.objective().loss();
          Gradients found = gradient.backward(piece.x(), y, loss, network.factor(), known);
          sums[0] += found.losses()[0];
          int at = 1;
          for (NDArray each : found.ofParameters().values()) {
            for (double value : Values.of(each)) {
              sums[at++] += value;
            }
          }
        });
    return sums;
  }

  @Override
  public double[] merge(double[] first, double[] second) {
    Arrays.setAll(first, i -> first[i] + second[i]);
    return first;
  }
}
