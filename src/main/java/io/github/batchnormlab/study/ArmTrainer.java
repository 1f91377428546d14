package io.github.batchnormlab.study;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.optimizer.Optimizer;
import java.util.List;

/**
 * DJL's trainer, made fit for float64 and for several threads.
 *
 * <p>In DJL 0.35 {@code Trainer.step()} reads a float from its gradients and so refuses float64,
 * and its gradient collector can be open once in a JVM.
 */
final class ArmTrainer extends Trainer {
  private final Model model;
  private final Optimizer optimizer;
  private List<Parameter> trained;

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
    super.initialize(shapes);
    trained =
        model.getBlock().getParameters().values().stream()
            .filter(Parameter::requiresGradient)
            .toList();
  }

  /** Moves each trained parameter by its gradient, and sets the gradient to zero. */
  @Override
  public void step() {
    for (Parameter parameter : trained) {
      NDArray array = parameter.getArray();
      optimizer.update(parameter.getId(), array, array.getGradient());
      Autograd.zeroGradient(array);
    }
  }
}
