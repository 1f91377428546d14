package io.github.batchnormlab.train;

import io.github.batchnormlab.data.BlockWork;
import io.github.batchnormlab.data.RowBlock;
import io.github.batchnormlab.data.RowMoments;
import io.github.batchnormlab.model.SynchronizedGradient.Known;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

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
    return BlockNetwork.worker(plan, values, this::moments);
  }

  private RowMoments moments(BlockNetwork network, RowBlock block) {
    List<RowMoments> found = new ArrayList<>(List.of(NONE));
    network.train(block, piece -> found.add(network.synchronization().moments(piece.x(), known)));
    return found.stream().reduce(RowMoments::merge).orElseThrow();
  }

  @Override
  public RowMoments merge(RowMoments first, RowMoments second) {
    return first.merge(second);
  }
}
