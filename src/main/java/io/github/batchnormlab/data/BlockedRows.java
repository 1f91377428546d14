package io.github.batchnormlab.data;

/**
 * The rows of one replica in blocks, and what is known of all of them together. Closing it frees
 * them.
 *
 * @param blocks the rows, prepared
 * @param trainRows how many training rows there are
 * @param testRows how many test rows there are
 * @param features the moments of the training rows' features
 * @param testSquares of each target the sum over the test rows of squares about their mean
 */
public record BlockedRows(
    BlockSet<RowBlock> blocks,
    int trainRows,
    int testRows,
    RowMoments features,
    double[] testSquares)
    implements AutoCloseable {
  @Override
  public void close() {
    blocks.close();
  }
}
