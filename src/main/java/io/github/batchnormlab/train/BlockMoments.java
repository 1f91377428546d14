package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import io.github.batchnormlab.data.BlockWork;
import io.github.batchnormlab.data.RowBlock;
import io.github.batchnormlab.data.RowMoments;
import io.github.batchnormlab.model.Piece;
import io.github.batchnormlab.model.SynchronizedGradient.Known;
import java.util.HashMap;

/**
 * The moments of what goes into the first batch normalization whose statistics are not known.
 *
 * @param plan the network
 * @param values of all its parameters by name
 * @param known the statistics of the layers before
 */
record BlockMoments(BlockNetwork.Plan plan, HashMap<String, double[]> values, Known known)
    implements BlockWork<RowBlock, RowMoments> {
  private static final RowMoments NONE =
      new RowMoments(0, new double[0], new double[0], new double[0]);

  @Override
  public Worker<RowBlock, RowMoments> begin() {
    return new MomentsWorker(BlockNetwork.of(plan, values));
  }

  private final class MomentsWorker implements Worker<RowBlock, RowMoments> {
    private final BlockNetwork network;

    MomentsWorker(BlockNetwork network) {
      this.network = network;
    }

    @Override
    public RowMoments of(RowBlock block) {
      RowMoments moments = NONE;
      if (block.trainX().length == 0) {
        return moments;
      }
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDArray x = network.array(block.trainX(), plan.kind().inputs());
        NDArray y = network.array(block.trainY(), plan.kind().targets());
        for (Piece piece : network.part(x, y).pieces()) {
          moments = moments.merge(network.synchronization().moments(piece.x(), known));
        }
      }
      return moments;
    }

    @Override
    public void close() {
      network.close();
    }
  }

  @Override
  public RowMoments merge(RowMoments first, RowMoments second) {
    return first.merge(second);
  }
}
