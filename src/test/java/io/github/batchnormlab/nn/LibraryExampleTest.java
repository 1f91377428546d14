package io.github.batchnormlab.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.github.batchnormlab.ReadmeCode;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's network compiles as it stands there, and DJL's own trainer trains it. */
class LibraryExampleTest {
  private static final int STEPS = 60;

  @TempDir private Path folder;

  @Test
  void theNetworkOfTheReadmeIsTrainedByDjl() throws Exception {
    Method create = ReadmeCode.compile("MyNetwork", folder).getDeclaredMethod("create");
    create.setAccessible(true);
    train((Block) create.invoke(null));
  }

  /** So that Maven finds it. */
  @Test
  void theDependencyOfTheReadmeIsThisProject() throws Exception {
    String dependency = ReadmeCode.block("<dependency");
    String pom = Files.readString(Path.of("pom.xml"));
    assertEquals(3, dependency.lines().filter(line -> line.startsWith("  <")).count());
    dependency
        .lines()
        .filter(line -> line.startsWith("  <"))
        .forEach(line -> assertTrue(pom.substring(0, pom.indexOf("<name>")).contains(line), line));
  }

  private static void train(Block network) {
    try (Model model = Model.newInstance("mine", Device.cpu(), "PyTorch")) {
      model.setBlock(network);
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(Loss.l2Loss())
              .optDevices(new Device[] {Device.cpu()})
              .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build());
      try (Trainer trainer = model.newTrainer(config);
          NDManager manager = model.getNDManager().newSubManager()) {
        trainer.initialize(new Shape(32, 3));
        NDArray points = manager.linspace(-1, 1, 96).reshape(32, 3);
        NDArray labels = points.square().sum(new int[] {1}, true);
        float first = step(trainer, points, labels);
        for (int i = 1; i < STEPS; i++) {
          step(trainer, points, labels);
        }
        NDList predicted = trainer.evaluate(new NDList(points));
        float last = trainer.getLoss().evaluate(new NDList(labels), predicted).getFloat();
        assertTrue(last < first / 2, first + " became " + last);
      }
      BatchNorm norm = (BatchNorm) network.getChildren().valueAt(1);
      float[] means = norm.runningMean().getArray().toFloatArray();
      for (float mean : means) {
        assertNotEquals(0, mean);
      }
    }
  }

  private static float step(Trainer trainer, NDArray points, NDArray labels) {
    NDArray loss;
    try (GradientCollector collector = trainer.newGradientCollector()) {
      NDList predicted = trainer.forward(new NDList(points));
      loss = trainer.getLoss().evaluate(new NDList(labels), predicted);
      collector.backward(loss);
    }
    trainer.step();
    return loss.getFloat();
  }
}
