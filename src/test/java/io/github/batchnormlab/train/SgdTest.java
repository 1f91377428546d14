package io.github.batchnormlab.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.batchnormlab.run.Study;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SgdTest {

  /** w - η g, as torch.optim.SGD has it; nothing is remembered from one step to the next. */
  @Test
  void aStepIsTheGradientTimesTheLearningRate() {
    try (NDManager manager = NDManager.newBaseManager();
        NDArray weight = manager.create(new double[] {1, -2, 0.5});
        NDArray gradient = manager.create(new double[] {0.25, 3, -1})) {
      Sgd sgd = new Sgd(0.1, manager);
      double[] expected = {1, -2, 0.5};
      double[] slope = {0.25, 3, -1};
      for (int step = 0; step < 3; step++) {
        sgd.update("all", weight, gradient);
        for (int i = 0; i < expected.length; i++) {
          expected[i] -= 0.1 * slope[i];
        }
        assertArrayEquals(expected, weight.toDoubleArray(), 1e-15);
      }
      assertEquals(Map.of(), sgd.state("all"));
    }
  }

  /**
   * Of a linear network the first step is known: with small rates the loss falls by η times the
   * square of the gradient's norm, and so ten times as much at ten times the rate.
   */
  @Test
  void aStudyTakesItsSteps() throws Exception {
    Settings settings =
        Settings.defaults()
            .with(Map.of("optimizer", "sgd", "epochs", 2, "arms", "none", "hidden", 5));
    double small = fall(settings.with("learning-rate", 1e-9));
    double large = fall(settings.with("learning-rate", 1e-8));
    assertTrue(small > 0);
    assertEquals(10, large / small, 1e-2);
  }

  private static double fall(Settings settings) throws Exception {
    ArmResult arm = Study.run(settings).arms().get(0);
    return arm.trainLoss()[0][0] - arm.trainLoss()[0][1];
  }
}
