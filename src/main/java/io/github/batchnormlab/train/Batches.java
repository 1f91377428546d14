package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.batchnormlab.data.NumberStream;
import io.github.batchnormlab.study.BatchSize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The mini-batches of each epoch: the training rows in the order of the next permutation of their
 * replica's number stream, cut from the first on. A last batch of a single row joins the one
 * before.
 */
final class Batches {
  /** Of rows that are shuffled together; a table of 1,000,000 numbers fits. */
  static final long MOST_BYTES = 16L << 20;

  private final int rows;
  private final List<int[]> cuts;
  private final List<NumberStream> numbers;

  /** Java's memory, which the engine reads where it stands. */
  private final ByteBuffer order;

  /**
   * @param rows training rows of each replica
   * @param numbers the stream of each replica; used up from here on
   */
  Batches(int rows, BatchSize size, List<NumberStream> numbers) {
    this.rows = rows;
    this.numbers = numbers;
    cuts = cuts(rows, size.rows().orElse(rows));
    order =
        ByteBuffer.allocateDirect(Math.multiplyExact(Long.BYTES * numbers.size(), rows))
            .order(ByteOrder.nativeOrder());
  }

  /** Where the batches begin and end. */
  static List<int[]> cuts(int rows, int size) {
    List<int[]> cuts = new ArrayList<>();
    for (int from = 0; from < rows; from += size) {
      int to = Math.min(rows - from, size) + from;
      cuts.add(new int[] {from, to});
      if (to == rows) {
        break; // Before the sum of two large numbers is negative.
      }
    }
    int last = cuts.size() - 1;
    if (last > 0 && cuts.get(last)[1] - cuts.get(last)[0] == 1) {
      cuts.get(last - 1)[1] = rows;
      cuts.remove(last);
    }
    return cuts;
  }

  /** From and to of each batch of an epoch. */
  List<int[]> cuts() {
    return cuts;
  }

  /** Goes on to the order of the next epoch. */
  void next() {
    LongBuffer places = order.asLongBuffer();
    long first = 0; // The replicas stand one behind the other.
    for (NumberStream stream : numbers) {
      for (int row : stream.permutation(rows)) {
        places.put(first + row);
      }
      first += rows;
    }
  }

  /**
   * The batches in parts that are each shuffled as a whole: one, or several where the rows are so
   * large that a copy of all of them would be felt.
   *
   * @param array the rows, (replicas, rows, columns)
   * @return the cuts of each part
   */
  List<List<int[]>> parts(NDArray array) {
    long bytesOfRow =
        array.getShape().get(0) * array.getShape().get(2) * array.getDataType().getNumOfBytes();
    long most = Math.max(1, MOST_BYTES / bytesOfRow);
    List<List<int[]>> parts = new ArrayList<>();
    List<int[]> part = new ArrayList<>();
    for (int[] cut : cuts) {
      if (!part.isEmpty() && cut[1] - part.get(0)[0] > most) {
        parts.add(part);
        part = new ArrayList<>();
      }
      part.add(cut);
    }
    parts.add(part);
    return parts;
  }

  /**
   * Rows in the order of the epoch.
   *
   * @param array (replicas, rows, columns)
   * @param from the first place in that order
   * @param to behind the last
   */
  NDArray shuffled(NDArray array, int from, int to) {
    Shape shape = array.getShape();
    NDManager manager = array.getManager();
    try (NDArray all =
            manager.create(order.duplicate(), new Shape(shape.get(0), rows), DataType.INT64);
        NDArray some = all.get(new NDIndex().addAllDim().addSliceDim(from, to));
        NDArray index = some.reshape(-1);
        NDArray flat = array.reshape(-1, shape.get(2));
        NDArray taken = flat.get(new NDIndex("{}", index))) {
      return taken.reshape(shape.get(0), to - from, shape.get(2));
    }
  }

  /** Where a replica's stream stands, as {@link #restore} takes it. */
  double[] state(int replica) {
    return Arrays.stream(numbers.get(replica).state()).asDoubleStream().toArray();
  }

  /**
   * Puts a replica's stream where it was.
   *
   * @throws IllegalArgumentException if it is no state of a stream
   */
  void restore(int replica, double[] state) {
    numbers.set(
        replica, new NumberStream(Arrays.stream(state).mapToInt(word -> (int) word).toArray()));
  }
}
