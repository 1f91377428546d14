package io.github.batchnormlab.train;

import io.github.batchnormlab.nn.SoftmaxCrossEntropy;
import io.github.batchnormlab.nn.SumOfSquaredErrors;
import io.github.batchnormlab.nn.SummedLoss;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Task;

/**
 * What a step makes smaller: of the article's points the sum over the batch of each row's loss, of
 * a table or images the mean.
 *
 * @param loss the sum over rows of their losses, for each replica
 * @param isMean whether the gradient is that of the mean over the batch
 */
record Objective(SummedLoss loss, boolean isMean) {

  static Objective of(Settings settings, Task task) {
    return new Objective(
        task == Task.CLASSIFICATION ? new SoftmaxCrossEntropy() : new SumOfSquaredErrors(),
        settings.hasData());
  }

  /**
   * {@return what the gradient of the sum is multiplied by}
   *
   * @param rows how many rows the batch has
   */
  double factor(int rows) {
    return isMean ? 1.0 / rows : 1;
  }
}
