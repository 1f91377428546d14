package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import ai.djl.training.loss.Loss;
import io.github.batchnormlab.engine.Autograd;
import io.github.batchnormlab.engine.Constants;
import io.github.batchnormlab.nn.SoftmaxCrossEntropy;
import io.github.batchnormlab.nn.SumOfSquaredErrors;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Task;

/**
 * What a step makes smaller: of the article's points the sum over the batch of each row's loss, of
 * a table the mean.
 *
 * @param loss the sum over rows of their losses, for each replica
 * @param isMean whether the gradient is that of the mean over the batch
 */
record Objective(Loss loss, boolean isMean) {

  static Objective of(Settings settings, Task task) {
    return new Objective(
        task == Task.CLASSIFICATION ? new SoftmaxCrossEntropy() : new SumOfSquaredErrors(),
        settings.hasTable());
  }

  /**
   * Adds the gradients of some rows' part in the objective.
   *
   * @param sums the sum of the rows' losses, for each replica
   * @param batchRows how many rows the batch has, of which these may be a part
   */
  void backward(Autograd gradients, NDArray sums, int batchRows) {
    if (!isMean) {
      gradients.backward(sums);
      return;
    }
    try (NDArray weights =
        Constants.filled(sums.getManager(), sums.getShape(), 1.0 / batchRows, sums.getDataType())) {
      gradients.backwardOnce(sums, weights);
    }
  }
}
