package io.github.batchnormlab.study;

import io.github.batchnormlab.data.ColorDataset;
import io.github.batchnormlab.data.NumberStream;

/**
 * The points of one replica: the test set continues the number stream of the training set.
 *
 * @param train the training set
 * @param test the test set
 */
record StudyData(ColorDataset train, ColorDataset test) {

  static StudyData draw(Settings settings) {
    NumberStream numbers = new NumberStream(settings.seed());
    return new StudyData(
        dataset(settings, settings.trainSize(), numbers),
        dataset(settings, settings.testSize(), numbers));
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
}
