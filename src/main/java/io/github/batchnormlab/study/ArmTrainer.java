package io.github.batchnormlab.study;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.optimizer.Optimizer;

/**
 * DJL's trainer, made fit for float64 and for several threads.
 *
 * <p>In DJL 0.35 {@code Trainer.step()} reads a float from its gradients and so refuses float64,
 * and its gradient collector can be open once in a JVM.
 */
final class ArmTrainer extends Trainer {
  private final Model model;
  private final Optimizer optimizer;
  private FlatParameters parameters;

  ArmTrainer(Model model, DefaultTrainingConfig config) {
    super(model, config);
    this.model = model;
    this.optimizer = config.getOptimizer();
  }

  @Override
  public GradientCollector newGradientCollector() {
    return new Autograd();
  }

  @Override
  public void initialize(Shape... shapes) {
    Block block = model.getBlock();
    block.initialize(model.getNDManager(), model.getDataType(), shapes);
    parameters = FlatParameters.gather(block, model.getNDManager());
    super.initialize(shapes);
  }

  /** Moves all trained parameters by their gradients, and sets the gradients to zero. */
  @Override
  public void step() {
    optimizer.update("all", parameters.values(), parameters.gradients());
    parameters.zeroGradients();
  }
}
