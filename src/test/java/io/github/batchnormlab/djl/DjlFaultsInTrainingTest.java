package io.github.batchnormlab.djl;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What DJL does wrong with trainers, optimizers and models. */
class DjlFaultsInTrainingTest {
  private final NDManager manager = Engine.getEngine("PyTorch").newBaseManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  /** Why ExactTrainer has a step of its own. */
  @Test
  void theTrainerRefusesToStepInFloat64() {
    assertDoesNotThrow(() -> step(DataType.FLOAT32));
    assertRefusesFloat64(() -> step(DataType.FLOAT64));
  }

  private static void assertRefusesFloat64(Executable executable) {
    var e = assertThrows(IllegalStateException.class, executable);
    assertTrue(e.getMessage().startsWith("DataType mismatch"), e::getMessage);
  }

  private static void step(DataType dataType) {
    Device[] cpu = {Device.cpu()};
    var config = new DefaultTrainingConfig(Loss.l2Loss()).optDevices(cpu);
    config.optOptimizer(Optimizer.sgd().setLearningRateTracker(Tracker.fixed(1)).build());
    try (Model model = Model.newInstance("linear", Device.cpu(), "PyTorch")) {
      model.setDataType(dataType);
      model.setBlock(linear());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(1, 1));
        NDArray one = model.getNDManager().ones(new Shape(1, 1), dataType);
        try (GradientCollector collector = trainer.newGradientCollector()) {
          collector.backward(trainer.forward(new NDList(one)).head());
        }
        trainer.step();
      }
    }
  }

  private static Block linear() {
    Block linear = Linear.builder().setUnits(1).build();
    linear.setInitializer(Initializer.ONES, Parameter.Type.WEIGHT);
    return linear;
  }

  /** Why Losses adds up itself, and no listener of DJL's is used. */
  @Test
  void aLossCannotBeAddedUpInFloat64() {
    NDList one = new NDList(manager.ones(new Shape(1), DataType.FLOAT64));
    Loss loss = Loss.l2Loss();
    loss.addAccumulator("all");
    assertRefusesFloat64(() -> loss.updateAccumulator("all", one, one));
  }

  /** Why there is Adam: without ε the first step is the learning rate, 0.001. */
  @Test
  void adamRoundsItsSettingsToFloat() {
    Optimizer adam = Optimizer.adam().optEpsilon(0).build();
    assertNotEquals(-0.001, firstStep(adam, 1), 1e-12);
  }

  /** Why there is Adam: a gradient as small as ε makes half a step in PyTorch. */
  @Test
  void adamAddsEpsilonInAnotherPlace() {
    assertNotEquals(-0.0005, firstStep(Optimizer.adam().build(), 1e-8), 1e-5);
  }

  private double firstStep(Optimizer optimizer, double gradient) {
    NDArray weight = manager.zeros(new Shape(1), DataType.FLOAT64);
    optimizer.update("weight", weight, manager.create(new double[] {gradient}));
    return weight.getDouble(0);
  }

  /** Why there is Adam: a checkpoint needs its moments. */
  @Test
  void adamShowsNobodyItsMoments() {
    Set<String> methods =
        Arrays.stream(Adam.class.getDeclaredMethods())
            .filter(method -> !Modifier.isPrivate(method.getModifiers()))
            .map(Method::getName)
            .collect(Collectors.toSet());
    assertEquals(Set.of("builder", "update"), methods);
    assertTrue(
        Arrays.stream(Adam.class.getDeclaredFields())
            .allMatch(field -> Modifier.isPrivate(field.getModifiers())));
  }

  /** Why FlatParameters hands its views over by an initializer. */
  @Test
  void aParameterTakesNoOtherArray() {
    Parameter parameter =
        Parameter.builder().setName("weight").setType(Parameter.Type.WEIGHT).build();
    parameter.setShape(new Shape(1));
    NDArray other = manager.ones(new Shape(1));
    assertThrows(IllegalStateException.class, () -> parameter.setArray(other));
  }

  /** Why Models writes into another folder first: the half file would be the newest to load. */
  @Test
  void aModelThatCouldNotBeSavedLeavesHalfAFile(@TempDir Path folder) throws IOException {
    try (Model model = Model.newInstance("linear", Device.cpu(), "PyTorch")) {
      FullDisk block = new FullDisk();
      block.add(linear()).initialize(model.getNDManager(), DataType.FLOAT64, new Shape(1, 1));
      model.setBlock(block);
      model.save(folder, "linear");
      block.isFull = true;
      assertThrows(IOException.class, () -> model.save(folder, "linear"));
    }
    assertTrue(Files.exists(folder.resolve("linear-0001.params")));
  }

  /** A block whose parameters can be saved until the disk is full. */
  private static final class FullDisk extends SequentialBlock {
    boolean isFull;

    @Override
    public void saveParameters(DataOutputStream os) throws IOException {
      if (isFull) {
        throw new IOException("No space left on device");
      }
      super.saveParameters(os);
    }
  }
}
