package io.github.batchnormlab.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.batchnormlab.data.Split;
import io.github.batchnormlab.data.Table;
import io.github.batchnormlab.data.TableDataset;
import io.github.batchnormlab.engine.Values;
import java.util.List;
import java.util.function.Function;

/**
 * The rows of some replicas on the study's device, shared by all arms. Closing it frees them.
 *
 * @param manager owns the arrays
 * @param targets the names of the targets
 * @param trainX (replicas, training rows, features)
 * @param trainY (replicas, training rows, targets)
 * @param testX (replicas, test rows, features)
 * @param testY (replicas, test rows, targets)
 */
public record DeviceData(
    NDManager manager,
    List<String> targets,
    NDArray trainX,
    NDArray trainY,
    NDArray testX,
    NDArray testY)
    implements AutoCloseable {

  /**
   * Takes rows to a device.
   *
   * @param replicas those of each replica, all of the same size
   * @param device where to
   * @param dataType the type of the arrays
   */
  public static DeviceData of(List<Split> replicas, Device device, DataType dataType) {
    NDManager manager = Values.pytorch().newBaseManager(device);
    List<TableDataset> train = datasets(replicas, Split::train, dataType);
    List<TableDataset> test = datasets(replicas, Split::test, dataType);
    return new DeviceData(
        manager,
        replicas.get(0).train().targets(),
        stack(train, dataset -> dataset.features(manager)),
        stack(train, dataset -> dataset.targets(manager)),
        stack(test, dataset -> dataset.features(manager)),
        stack(test, dataset -> dataset.targets(manager)));
  }

  private static List<TableDataset> datasets(
      List<Split> replicas, Function<Split, Table> part, DataType dataType) {
    return replicas.stream()
        .map(
            replica -> {
              Table table = part.apply(replica);
              return TableDataset.builder()
                  .setTable(table)
                  .setSampling(table.rows(), false)
                  .optDataType(dataType)
                  .build();
            })
        .toList();
  }

  /** Puts replicas behind one another on a new first axis, in memory of its own. */
  private static NDArray stack(
      List<TableDataset> datasets, Function<TableDataset, NDArray> column) {
    NDList replicas = new NDList(datasets.stream().map(column).toArray(NDArray[]::new));
    NDArray stacked = NDArrays.stack(replicas);
    replicas.close();
    return stacked;
  }

  @Override
  public void close() {
    manager.close();
  }
}
