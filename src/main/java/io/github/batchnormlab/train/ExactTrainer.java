package io.github.batchnormlab.train;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import io.github.batchnormlab.data.RowMoments;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.model.Batch;
import io.github.batchnormlab.model.Network;
import io.github.batchnormlab.model.Piece;
import io.github.batchnormlab.model.SynchronizedGradient;
import io.github.batchnormlab.nn.Gradients;
import io.github.batchnormlab.nn.SummedLoss;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * DJL's trainer, made fit for float64 and for several threads, and for batches in pieces.
 *
 * <p>In DJL {@code Trainer.step()} reads a float from its gradients and so refuses float64, and its
 * gradient collector can be open once in a JVM.
 */
final class ExactTrainer extends Trainer {
  private final Model model;
  private final Network network;
  private final ExactOptimizer optimizer;

  /** Stands before the names of what the optimizer remembers. */
  private final String ofOptimizer;

  private final ParameterStore store;
  private FlatParameters parameters;
  private List<NDArray> gradients;

  /**
   * @param model owns the network's parameters
   * @param device where to train
   */
  ExactTrainer(Model model, Network network, Loss loss, ExactOptimizer optimizer, Device device) {
    super(
        model,
        new DefaultTrainingConfig(loss).optDevices(new Device[] {device}).optOptimizer(optimizer));
    this.model = model;
    this.network = network;
    this.optimizer = optimizer;
    ofOptimizer = optimizer.id() + ".";
    store = new ParameterStore(model.getNDManager(), false);
  }

  @Override
  public void initialize(Shape... shapes) {
    Block block = model.getBlock();
    block.initialize(model.getNDManager(), model.getDataType(), shapes);
    parameters = FlatParameters.gather(network.parameters().values(), model.getNDManager());
    super.initialize(shapes);
  }

  /**
   * Runs a batch forward and backward, for {@link #step} in the same scope.
   *
   * @param factor what the gradients are multiplied by
   * @return the sum of the losses without it, of each replica
   */
  double[] differentiate(Batch batch, SummedLoss loss, double factor) {
    Gradients found = network.gradients(store, batch, loss, factor);
    gradients = parameters.inOrder(found.ofParameters()::get);
    return found.losses();
  }

  /**
   * Moves the parameters by gradients that were found elsewhere; the running statistics follow.
   *
   * @param found in the order of {@link FlatParameters#values}
   * @param features the moments of the features of all rows of the step
   */
  void step(double[] found, RowMoments features) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      network.follow(store, features);
      step(found);
    }
  }

  /**
   * Moves the parameters by gradients that were found elsewhere in stages; the running statistics
   * follow.
   *
   * @param found of each parameter
   * @param known the statistics of all layers
   */
  void step(Map<Parameter, double[]> found, SynchronizedGradient.Known known) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      network.synchronization().orElseThrow().follow(known);
      step(parameters.inOrder(found));
    }
  }

  private void step(double[] found) {
    NDArray values = parameters.values();
    gradients =
        List.of(Values.array(values.getManager(), found, values.getShape(), values.getDataType()));
    step();
  }

  /** The gradient in stages, of a network that has it. */
  Optional<SynchronizedGradient> synchronization() {
    return network.synchronization();
  }

  /** All parameters by name. */
  LinkedHashMap<String, double[]> parameters() {
    LinkedHashMap<String, double[]> named = new LinkedHashMap<>();
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      network
          .parameters()
          .forEach(
              (name, parameter) -> named.put(name, Values.of(parameter.getArray().stopGradient())));
    }
    return named;
  }

  /** The predictions in evaluation. */
  NDArray evaluate(Piece piece) {
    return network.predict(store, piece);
  }

  /** Moves all trained parameters by the gradients that were found last. */
  @Override
  public void step() {
    optimizer.update(ofOptimizer, parameters.values(), gradients);
    gradients = null;
  }

  /**
   * Everything that the next steps depend on, by name: all parameters, and the optimizer's state.
   */
  Map<String, double[]> state() {
    Map<String, double[]> state = parameters();
    optimizer.state(ofOptimizer).forEach((name, values) -> state.put(ofOptimizer + name, values));
    return state;
  }

  /**
   * Goes on from what {@link #state} gave.
   *
   * @throws IllegalArgumentException if it is not that of such a network
   */
  void restore(Map<String, double[]> state) {
    Map<String, double[]> left = new LinkedHashMap<>(state);
    for (Map.Entry<String, Parameter> parameter : network.parameters().entrySet()) {
      double[] values = left.remove(parameter.getKey());
      if (values == null) {
        throw new IllegalArgumentException("The state lacks " + parameter.getKey());
      }
      Values.fill(parameter.getValue().getArray(), values);
    }
    optimizer.restore(ofOptimizer, parameters.values(), name -> left.remove(ofOptimizer + name));
    if (!left.isEmpty()) {
      throw new IllegalArgumentException("The network has no " + left.keySet());
    }
  }
}
