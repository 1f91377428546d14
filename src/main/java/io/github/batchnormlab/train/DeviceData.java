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
import java.util.function.IntFunction;

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
   * Takes rows to a device, those of one replica after the other, so that Java holds one replica's
   * at a time.
   *
   * @param replicas how many, all of the same size
   * @param rows draws or reads those of a replica, from 0
   * @param device where to
   * @param dataType the type of the arrays
   */
  public static DeviceData of(
      int replicas, IntFunction<Split> rows, Device device, DataType dataType) {
    NDManager manager = Values.pytorch().newBaseManager(device);
    NDList[] parts = {new NDList(), new NDList(), new NDList(), new NDList()};
    List<String> targets = List.of();
    for (int replica = 0; replica < replicas; replica++) {
      Split split = rows.apply(replica);
      targets = split.train().targets();
      TableDataset train = dataset(split.train(), dataType);
      TableDataset test = dataset(split.test(), dataType);
      parts[0].add(owned(train.features(manager)));
      parts[1].add(owned(train.targets(manager)));
      parts[2].add(owned(test.features(manager)));
      parts[3].add(owned(test.targets(manager)));
    }
    return new DeviceData(
        manager, targets, stack(parts[0]), stack(parts[1]), stack(parts[2]), stack(parts[3]));
  }

  private static TableDataset dataset(Table table, DataType dataType) {
    return TableDataset.builder()
        .setTable(table)
        .setSampling(table.rows(), false)
        .optDataType(dataType)
        .build();
  }

  /** In memory of its own, so that Java's can be freed. */
  private static NDArray owned(NDArray borrowed) {
    try (borrowed) {
      return borrowed.duplicate();
    }
  }

  /** Puts replicas behind one another on a new first axis. */
  private static NDArray stack(NDList replicas) {
    NDArray stacked = NDArrays.stack(replicas);
    replicas.close();
    return stacked;
  }

  /**
   * The same arrays for one training: what is made of them belongs to the training.
   *
   * @param owner owns views of the arrays, and what is made of them
   */
  DeviceData ownedBy(NDManager owner) {
    return new DeviceData(
        owner,
        targets,
        view(trainX, owner),
        view(trainY, owner),
        view(testX, owner),
        view(testY, owner));
  }

  private static NDArray view(NDArray array, NDManager owner) {
    NDArray view = array.reshape(array.getShape());
    view.attach(owner);
    return view;
  }

  @Override
  public void close() {
    manager.close();
  }
}
