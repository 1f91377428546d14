package io.github.batchnormlab.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.batchnormlab.data.BlockedRows;
import io.github.batchnormlab.data.NumberStream;
import io.github.batchnormlab.data.Prepared;
import io.github.batchnormlab.data.PreparedRows;
import io.github.batchnormlab.data.Preprocessing;
import io.github.batchnormlab.data.TableException;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.model.Batch;
import io.github.batchnormlab.model.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rows of some replicas on the study's device, shared by all arms. Closing it frees them.
 *
 * @param manager owns the arrays
 * @param targets the names of the targets
 * @param trainX (replicas, training rows, features)
 * @param trainY (replicas, training rows, targets)
 * @param testX (replicas, test rows, features)
 * @param testY (replicas, test rows, targets)
 * @param replicas what is known of the rows of each replica
 * @param blocks all rows of the only replica, where they stay in blocks; the arrays then hold the
 *     first of them alone
 */
public record DeviceData(
    NDManager manager,
    List<String> targets,
    NDArray trainX,
    NDArray trainY,
    NDArray testX,
    NDArray testY,
    List<Replica> replicas,
    Optional<BlockedRows> blocks)
    implements AutoCloseable {

  /** Draws or reads the rows of a replica, from 0. */
  @FunctionalInterface
  public interface Rows {
    /**
     * Draws or reads them.
     *
     * @param replica which, from 0
     * @return the rows
     * @throws TableException if they cannot be prepared
     */
    Prepared of(int replica) throws TableException;
  }

  /**
   * What is known of the rows of a replica.
   *
   * @param numbers the stream that made the split, as it then stood
   * @param preprocessing how the rows were prepared
   * @param testSquares of each target the sum over the test rows of squares about their mean
   */
  record Replica(NumberStream numbers, Preprocessing preprocessing, double[] testSquares) {

    static Replica of(Prepared rows) {
      PreparedRows test = rows.test();
      int targets = test.targets().size();
      double[] y = test.y();
      double[] squares = new double[targets];
      for (int target = 0; target < targets; target++) {
        double mean = 0;
        for (int i = target; i < y.length; i += targets) {
          mean += y[i];
        }
        mean /= test.rows();
        for (int i = target; i < y.length; i += targets) {
          squares[target] += (y[i] - mean) * (y[i] - mean);
        }
      }
      return new Replica(
          rows.numbers(),
          rows.preprocessing(),
          rows.blocks().map(BlockedRows::testSquares).orElse(squares));
    }

    /** A stream of one's own that goes on where the split has left it. */
    NumberStream numbersFromHere() {
      return new NumberStream(numbers.state());
    }
  }

  /**
   * Takes rows to a device, those of one replica after the other, so that Java holds one replica's
   * at a time.
   *
   * @param replicas how many, all of the same size
   * @param rows draws or reads those of a replica
   * @param device where to
   * @param dataType the type of the arrays
   * @return the rows there
   * @throws TableException if the rows of a replica cannot be prepared
   */
  public static DeviceData of(int replicas, Rows rows, Device device, DataType dataType)
      throws TableException {
    NDManager manager = Values.pytorch().newBaseManager(device);
    NDList[] parts = {new NDList(), new NDList(), new NDList(), new NDList()};
    List<Replica> facts = new ArrayList<>();
    List<String> targets = List.of();
    Optional<BlockedRows> blocks = Optional.empty();
    try {
      for (int replica = 0; replica < replicas; replica++) {
        Prepared prepared = rows.of(replica);
        targets = prepared.train().targets();
        parts[0].add(prepared.train().featuresOn(manager, dataType));
        parts[1].add(prepared.train().targetsOn(manager, dataType));
        parts[2].add(prepared.test().featuresOn(manager, dataType));
        parts[3].add(prepared.test().targetsOn(manager, dataType));
        facts.add(Replica.of(prepared));
        blocks = prepared.blocks();
      }
    } catch (TableException | RuntimeException | Error e) {
      manager.close();
      throw e;
    }
    return new DeviceData(
        manager,
        targets,
        stack(parts[0]),
        stack(parts[1]),
        stack(parts[2]),
        stack(parts[3]),
        List.copyOf(facts),
        blocks);
  }

  /** Puts replicas behind one another on a new first axis. */
  private static NDArray stack(NDList replicas) {
    if (replicas.size() == 1) { // Without a copy.
      NDArray alone = replicas.head();
      NDArray stacked = alone.expandDims(0);
      alone.close();
      return stacked;
    }
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
        view(testY, owner),
        replicas,
        blocks);
  }

  private static NDArray view(NDArray array, NDManager owner) {
    NDArray view = array.reshape(array.getShape());
    view.attach(owner);
    return view;
  }

  /** How many training rows each replica has. */
  int trainRows() {
    return blocks.map(BlockedRows::trainRows).orElseGet(() -> rows(trainX));
  }

  /** How many test rows each replica has. */
  int testRows() {
    return blocks.map(BlockedRows::testRows).orElseGet(() -> rows(testX));
  }

  private static int rows(NDArray array) {
    return (int) array.getShape().get(1);
  }

  /**
   * The training rows that are here, with the statistics of all where the network has them from the
   * features; else with their own, in one piece.
   *
   * @param network goes over them
   */
  Batch train(Network network) {
    return blocks
        .filter(all -> network.takesPieces())
        .map(all -> network.part(trainX, trainY, all.features(), Batch.MOST_ACTIVATIONS))
        .orElseGet(() -> network.batch(trainX, trainY, true));
  }

  @Override
  public void close() {
    blocks.ifPresent(BlockedRows::close);
    manager.close();
  }
}
