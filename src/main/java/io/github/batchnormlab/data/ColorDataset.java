package io.github.batchnormlab.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.util.Progress;
import java.nio.Buffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Objects;

/**
 * Points (r, g, b) with the three functions of them that the article's network learns.
 *
 * <pre>
 * x  = r + 2g + 3b
 * y  = r² + 2g² + 3b²
 * lv = -3r - 4g - 5b
 * </pre>
 *
 * <p>A record holds data of shape (3), the point, and labels of shape (3), the values x, y and lv.
 * The coordinates are drawn when the dataset is built: all r, then all g, then all b. A training
 * and a test set built one after the other from one stream thus continue each other, as in the
 * article's program.
 */
public final class ColorDataset extends RandomAccessDataset {
  private static final int COLUMNS = 3;

  private final DataType dataType;
  private final int size;

  /** Row by row: (size, 3). */
  private final double[] points;

  private final double[] targets;

  private ColorDataset(Builder builder) {
    super(builder);
    dataType = builder.dataType;
    size = builder.size;
    double[] r = builder.numbers.uniform(builder.red, size);
    double[] g = builder.numbers.uniform(builder.green, size);
    double[] b = builder.numbers.uniform(builder.blue, size);
    points = new double[COLUMNS * size];
    targets = new double[COLUMNS * size];
    for (int i = 0, k = 0; i < size; i++, k += COLUMNS) {
      points[k] = r[i];
      points[k + 1] = g[i];
      points[k + 2] = b[i];
      targets[k] = xFunc(r[i], g[i], b[i]);
      targets[k + 1] = yFunc(r[i], g[i], b[i]);
      targets[k + 2] = lvFunc(r[i], g[i], b[i]);
    }
  }

  /** x = r + 2g + 3b. */
  public static double xFunc(double r, double g, double b) {
    return r + 2 * g + 3 * b;
  }

  /** y = r² + 2g² + 3b². */
  public static double yFunc(double r, double g, double b) {
    return r * r + 2 * (g * g) + 3 * (b * b);
  }

  /** lv = -3r - 4g - 5b. */
  public static double lvFunc(double r, double g, double b) {
    return -3 * r - 4 * g - 5 * b;
  }

  /** Starts a dataset of points in [-1, 1]³. */
  public static Builder builder() {
    return new Builder();
  }

  /** Nothing to do: the points are there from the start. */
  @Override
  public void prepare(Progress progress) {}

  @Override
  protected long availableSize() {
    return size;
  }

  @Override
  public Record get(NDManager manager, long index) {
    int from = Objects.checkIndex(Math.toIntExact(index), size) * COLUMNS;
    Shape shape = new Shape(COLUMNS);
    return new Record(
        new NDList(create(manager, points, from, shape)),
        new NDList(create(manager, targets, from, shape)));
  }

  /**
   * All points at once.
   *
   * @return shape (size, 3)
   */
  public NDArray points(NDManager manager) {
    return create(manager, points, 0, new Shape(size, COLUMNS));
  }

  /**
   * All targets at once.
   *
   * @return shape (size, 3)
   */
  public NDArray targets(NDManager manager) {
    return create(manager, targets, 0, new Shape(size, COLUMNS));
  }

  private NDArray create(NDManager manager, double[] rows, int from, Shape shape) {
    int count = Math.toIntExact(shape.size());
    Buffer values = DoubleBuffer.wrap(rows, from, count);
    if (dataType == DataType.FLOAT32) {
      FloatBuffer floats = FloatBuffer.allocate(count);
      for (int i = 0; i < count; i++) {
        floats.put(i, (float) rows[from + i]);
      }
      values = floats;
    }
    return manager.create(values, shape, dataType);
  }

  /** What a dataset is made of: a size and a number stream are required. */
  public static final class Builder extends BaseBuilder<Builder> {
    private int size;
    private NumberStream numbers;
    private Range red = Range.MINUS_ONE_TO_ONE;
    private Range green = Range.MINUS_ONE_TO_ONE;
    private Range blue = Range.MINUS_ONE_TO_ONE;
    private DataType dataType = DataType.FLOAT64;

    private Builder() {}

    @Override
    protected Builder self() {
      return this;
    }

    /** The number of points, at least 1. */
    public Builder setSize(int size) {
      this.size = size;
      return this;
    }

    /** Where the coordinates come from. */
    public Builder setNumbers(NumberStream numbers) {
      this.numbers = numbers;
      return this;
    }

    /** The range of r, [-1, 1) if not set. */
    public Builder optRed(Range red) {
      this.red = red;
      return this;
    }

    /** The range of g, [-1, 1) if not set. */
    public Builder optGreen(Range green) {
      this.green = green;
      return this;
    }

    /** The range of b, [-1, 1) if not set. */
    public Builder optBlue(Range blue) {
      this.blue = blue;
      return this;
    }

    /** The type of the arrays, float64 (the default) or float32. */
    public Builder optDataType(DataType dataType) {
      this.dataType = dataType;
      return this;
    }

    /**
     * Draws the points.
     *
     * @throws IllegalArgumentException if the size is below 1, the type is not a float, or no
     *     number stream is set
     */
    public ColorDataset build() {
      if (size < 1) {
        throw new IllegalArgumentException("A dataset needs at least 1 point, but size is " + size);
      }
      if (numbers == null) {
        throw new IllegalArgumentException("A dataset needs a number stream: call setNumbers");
      }
      if (dataType != DataType.FLOAT64 && dataType != DataType.FLOAT32) {
        throw new IllegalArgumentException(
            "A dataset's type must be float64 or float32, but is " + dataType);
      }
      return new ColorDataset(this);
    }
  }
}
