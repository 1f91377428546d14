package io.github.batchnormlab.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.List;

/**
 * Rows of features and of targets, with the names of the columns.
 *
 * @param features the names of the features
 * @param targets the names of the targets
 * @param x the features row by row, {@code rows * features.size()} values; not copied
 * @param y the targets row by row, {@code rows * targets.size()} values; not copied
 */
public record Table(List<String> features, List<String> targets, double[] x, double[] y)
    implements PreparedRows {

  /**
   * @param features the names of the features
   * @param targets the names of the targets
   * @param x the features row by row, {@code rows * features.size()} values; not copied
   * @param y the targets row by row, {@code rows * targets.size()} values; not copied
   * @throws IllegalArgumentException if a side has no column, or the sides differ in their rows
   */
  public Table {
    features = List.copyOf(features);
    targets = List.copyOf(targets);
    if (features.isEmpty() || targets.isEmpty()) {
      throw new IllegalArgumentException("A table needs at least one feature and one target");
    }
    if (x.length % features.size() != 0
        || y.length % targets.size() != 0
        || x.length / features.size() != y.length / targets.size()) {
      throw new IllegalArgumentException(
          x.length
              + " values of "
              + features.size()
              + " features and "
              + y.length
              + " of "
              + targets.size()
              + " targets are not the same number of rows");
    }
  }

  @Override
  public int rows() {
    return x.length / features.size();
  }

  @Override
  public NDArray featuresOn(NDManager manager, DataType dataType) {
    return dataset(dataType).features(manager);
  }

  @Override
  public NDArray targetsOn(NDManager manager, DataType dataType) {
    return dataset(dataType).targets(manager);
  }

  private TableDataset dataset(DataType dataType) {
    return TableDataset.builder()
        .setTable(this)
        .setSampling(rows(), false)
        .optDataType(dataType)
        .build();
  }
}
