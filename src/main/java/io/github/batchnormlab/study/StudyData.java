package io.github.batchnormlab.study;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.batchnormlab.data.ColorDataset;
import io.github.batchnormlab.data.NumberStream;

/**
 * The points and targets of a study on its device, shared by all arms. Closing it frees them.
 *
 * @param manager owns the arrays
 * @param trainPoints (replicas, training points, 3)
 * @param trainTargets (replicas, training points, 3)
 * @param testPoints (replicas, test points, 3)
 * @param testTargets (replicas, test points, 3)
 */
record StudyData(
    NDManager manager,
    NDArray trainPoints,
    NDArray trainTargets,
    NDArray testPoints,
    NDArray testTargets)
    implements AutoCloseable {

  /**
   * Draws the points: the test set continues the number stream of the training set.
   *
   * @param manager on the study's device; it belongs to the data from now on
   */
  static StudyData draw(Settings settings, NDManager manager) {
    NumberStream numbers = new NumberStream(settings.seed());
    ColorDataset train = dataset(settings, settings.trainSize(), numbers);
    ColorDataset test = dataset(settings, settings.testSize(), numbers);
    return new StudyData(
        manager,
        train.points(manager).expandDims(0),
        train.targets(manager).expandDims(0),
        test.points(manager).expandDims(0),
        test.targets(manager).expandDims(0));
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
