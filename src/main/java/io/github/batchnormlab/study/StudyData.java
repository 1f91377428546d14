package io.github.batchnormlab.study;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.batchnormlab.data.ColorDataset;
import io.github.batchnormlab.data.NumberStream;
import io.github.batchnormlab.nn.TanhPerceptron;

/**
 * The points and targets of a group of replicas on the study's device, shared by all arms. Closing
 * it frees them.
 *
 * @param manager owns the arrays
 * @param trainPoints (replicas, training points, 3)
 * @param trainTargets (replicas, training points, 3)
 * @param testPoints (replicas, test points, 3)
 * @param testTargets (replicas, test points, 3)
 * @param trainPieces the training points for a {@link TanhPerceptron}
 * @param testPieces the test points for a {@link TanhPerceptron}
 */
record StudyData(
    NDManager manager,
    NDArray trainPoints,
    NDArray trainTargets,
    NDArray testPoints,
    NDArray testTargets,
    Pieces trainPieces,
    Pieces testPieces)
    implements AutoCloseable {

  /**
   * Draws the points of each replica from its own seed: the test set continues the number stream of
   * the training set.
   */
  static StudyData draw(Settings settings, Group group, Device device) {
    NDManager manager = Engine.getEngine("PyTorch").newBaseManager(device);
    NDList[] parts = {new NDList(), new NDList(), new NDList(), new NDList()};
    for (int replica = group.first(); replica < group.end(); replica++) {
      NumberStream numbers = new NumberStream(settings.seed() + replica);
      ColorDataset train = dataset(settings, settings.trainSize(), numbers);
      ColorDataset test = dataset(settings, settings.testSize(), numbers);
      parts[0].add(train.points(manager));
      parts[1].add(train.targets(manager));
      parts[2].add(test.points(manager));
      parts[3].add(test.targets(manager));
    }
    NDArray trainPoints = stack(parts[0]);
    NDArray trainTargets = stack(parts[1]);
    NDArray testPoints = stack(parts[2]);
    NDArray testTargets = stack(parts[3]);
    return new StudyData(
        manager,
        trainPoints,
        trainTargets,
        testPoints,
        testTargets,
        Pieces.cut(trainPoints, trainTargets),
        Pieces.cut(testPoints, testTargets));
  }

  /** Puts replicas behind one another on a new first axis, in memory of its own. */
  private static NDArray stack(NDList replicas) {
    NDArray stacked = NDArrays.stack(replicas);
    replicas.close();
    return stacked;
  }

  private static ColorDataset dataset(Settings settings, int size, NumberStream numbers) {
    return ColorDataset.builder()
        .setSize(size)
        .setSampling(size, false)
        .setNumbers(numbers)
        .optRed(settings.red())
        .optGreen(settings.green())
        .optBlue(settings.blue())
        .optDataType(settings.precision().dataType())
        .build();
  }

  @Override
  public void close() {
    manager.close();
  }
}
