package io.github.batchnormlab.study;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * DJL's trainer, made fit for float64 and for several threads.
 *
 * <p>In DJL 0.35 {@code Trainer.step()} reads a float from its gradients and so refuses float64,
 * and its gradient collector can be open once in a JVM.
 */
final class ArmTrainer extends Trainer {
  /** The optimizer sees one parameter, which holds all. */
  private static final String ALL = "all";

  private final Model model;
  private final Adam optimizer;
  private FlatParameters parameters;

  ArmTrainer(Model model, DefaultTrainingConfig config, Adam optimizer) {
    super(model, config.optOptimizer(optimizer));
    this.model = model;
    this.optimizer = optimizer;
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
    optimizer.update(ALL, parameters.values(), parameters.gradients());
    parameters.zeroGradients();
  }

  /** Everything that the next steps depend on: all parameters, and the optimizer's state. */
  List<double[]> state() {
    List<double[]> state = new ArrayList<>();
    for (Parameter parameter : model.getBlock().getParameters().values()) {
      state.add(ArmTraining.doubles(parameter.getArray().stopGradient()));
    }
    state.addAll(optimizer.state(ALL));
    return state;
  }

  /**
   * Goes on from what {@link #state} gave.
   *
   * @throws IllegalArgumentException if it is not that of such a network
   */
  void restore(List<double[]> state) {
    Collection<Parameter> all = model.getBlock().getParameters().values();
    if (state.size() != all.size() + Adam.STATE_ARRAYS) {
      throw new IllegalArgumentException(
          state.size() + " arrays are not the state of " + all.size() + " parameters");
    }
    int next = 0;
    for (Parameter parameter : all) {
      FlatParameters.fill(parameter.getArray(), state.get(next++));
    }
    optimizer.restore(ALL, parameters.values(), state.subList(next, state.size()));
  }
}
