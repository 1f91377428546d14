package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Task;
import java.util.Arrays;
import java.util.List;

/**
 * The metrics of an epoch, from sums over the test rows: of a regression the squared errors of each
 * target, of a classification the rows whose class has the largest output.
 */
final class Scores {
  private static final int[] ROWS = {1};
  private static final int CLASSES = 2;

  private final Task task;
  private final int rows;
  private final List<DeviceData.Replica> replicas;
  private final List<Metric> metrics;

  Scores(Task task, int rows, DeviceData data) {
    this.task = task;
    this.rows = rows;
    replicas = data.replicas();
    metrics = Metric.of(task, data.targets());
  }

  /** What is measured. */
  List<Metric> metrics() {
    return metrics;
  }

  /**
   * Sums over some rows.
   *
   * @param labels (replicas, rows, targets)
   * @param predictions (replicas, rows, outputs)
   * @return (replicas, targets), or for classes (replicas, 1)
   */
  NDArray sums(NDArray labels, NDArray predictions) {
    return sums(task, labels, predictions);
  }

  /**
   * The same without a study around it.
   *
   * @param task what is learned
   */
  static NDArray sums(Task task, NDArray labels, NDArray predictions) {
    if (task == Task.REGRESSION) {
      return predictions.sub(labels).square().sum(ROWS);
    }
    NDArray chosen = predictions.argMax(CLASSES).expandDims(CLASSES);
    NDArray right = chosen.eq(labels.toType(DataType.INT64, false));
    return right.toType(DataType.FLOAT64, false).sum(ROWS);
  }

  /**
   * The metrics of a replica.
   *
   * @param sums those over all test rows, of all replicas one behind the other
   * @param testLoss the replica's mean loss of a test row
   * @return in the order of {@link #metrics}
   */
  double[] of(int replica, double[] sums, double testLoss) {
    int width = sums.length / replicas.size();
    double[] own = Arrays.copyOfRange(sums, replica * width, (replica + 1) * width);
    if (task == Task.CLASSIFICATION) {
      return new double[] {own[0] / rows, testLoss};
    }
    double[] deviations = replicas.get(replica).preprocessing().targetDeviations();
    double[] squares = replicas.get(replica).testSquares();
    double[] values = new double[2 * width];
    for (int target = 0; target < width; target++) {
      values[2 * target] = Metric.determination(own[target], squares[target], rows);
      values[2 * target + 1] = Math.sqrt(own[target] / rows) * deviations[target];
    }
    return values;
  }
}
