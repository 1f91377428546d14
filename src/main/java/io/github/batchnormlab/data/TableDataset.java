package io.github.batchnormlab.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.util.Progress;
import io.github.batchnormlab.engine.Values;
import java.nio.Buffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Objects;

/**
 * A {@link Table} for DJL, row by row or all at once.
 *
 * <p>A record holds data of shape (features) and labels of shape (targets).
 */
public final class TableDataset extends RandomAccessDataset {
  private final Table table;
  private final DataType dataType;

  private TableDataset(Builder builder) {
    super(builder);
    table = builder.table;
    dataType = builder.dataType;
  }

  /**
   * Starts a dataset of float64 arrays.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Nothing to do: the rows are there from the start. */
  @Override
  public void prepare(Progress progress) {}

  @Override
  protected long availableSize() {
    return table.rows();
  }

  @Override
  public Record get(NDManager manager, long index) {
    int row = Objects.checkIndex(Math.toIntExact(index), table.rows());
    int features = table.features().size();
    int targets = table.targets().size();
    return new Record(
        new NDList(create(manager, table.x(), row * features, new Shape(features))),
        new NDList(create(manager, table.y(), row * targets, new Shape(targets))));
  }

  /**
   * All features at once.
   *
   * @param manager what the array belongs to
   * @return shape (rows, features)
   */
  public NDArray features(NDManager manager) {
    return Values.array(
        manager, table.x(), new Shape(table.rows(), table.features().size()), dataType);
  }

  /**
   * All targets at once.
   *
   * @param manager what the array belongs to
   * @return shape (rows, targets)
   */
  public NDArray targets(NDManager manager) {
    return Values.array(
        manager, table.y(), new Shape(table.rows(), table.targets().size()), dataType);
  }

  private NDArray create(NDManager manager, double[] values, int from, Shape shape) {
    int count = Math.toIntExact(shape.size());
    Buffer buffer = DoubleBuffer.wrap(values, from, count);
    if (dataType == DataType.FLOAT32) {
      FloatBuffer floats = FloatBuffer.allocate(count);
      for (int i = 0; i < count; i++) {
        floats.put(i, (float) values[from + i]);
      }
      buffer = floats;
    }
    return manager.create(buffer, shape, dataType);
  }

  /** What a dataset is made of: a table is required. */
  public static final class Builder extends BaseBuilder<Builder> {
    private Table table;
    private DataType dataType = DataType.FLOAT64;

    private Builder() {}

    @Override
    protected Builder self() {
      return this;
    }

    /**
     * The rows.
     *
     * @param table the rows
     * @return this builder
     */
    public Builder setTable(Table table) {
      this.table = table;
      return this;
    }

    /**
     * The type of the arrays, float64 (the default) or float32.
     *
     * @param dataType the type
     * @return this builder
     */
    public Builder optDataType(DataType dataType) {
      this.dataType = dataType;
      return this;
    }

    /**
     * @return the dataset
     * @throws IllegalArgumentException if the type is neither, or no table is set
     */
    public TableDataset build() {
      if (table == null) {
        throw new IllegalArgumentException("A dataset needs a table: call setTable");
      }
      if (dataType != DataType.FLOAT64 && dataType != DataType.FLOAT32) {
        throw new IllegalArgumentException(
            "A dataset's type must be float64 or float32, but is " + dataType);
      }
      return new TableDataset(this);
    }
  }
}
