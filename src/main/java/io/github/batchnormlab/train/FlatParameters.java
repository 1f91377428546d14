package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import io.github.batchnormlab.engine.Autograd;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/**
 * All trained parameters of a network in one vector.
 *
 * <p>The parameters become views of the vector. An optimizer then takes its dozen operations once,
 * and not once for each parameter; on small parameters the calls are what costs.
 */
final class FlatParameters {
  private final NDArray values;
  private final List<Parameter> parameters;

  private FlatParameters(NDArray values, List<Parameter> parameters) {
    this.values = values;
    this.parameters = parameters;
  }

  /**
   * Moves the parameters that require a gradient into one vector.
   *
   * @param parameters initialized parameters; nobody else may hold their arrays yet
   * @param manager owns the vector
   */
  static FlatParameters gather(Collection<Parameter> parameters, NDManager manager) {
    List<Parameter> trained = parameters.stream().filter(Parameter::requiresGradient).toList();
    NDList flat = new NDList();
    for (Parameter parameter : trained) {
      flat.add(parameter.getArray().stopGradient().reshape(-1));
    }
    NDArray values = NDArrays.concat(flat);
    values.attach(manager);
    flat.close();
    long from = 0;
    for (Parameter parameter : trained) {
      Shape shape = parameter.getShape();
      long to = from + shape.size();
      NDArray view = values.get(new NDIndex().addSliceDim(from, to)).reshape(shape);
      parameter.close();
      parameter.setInitializer((owner, sameShape, dataType) -> view);
      parameter.initialize(manager, values.getDataType());
      from = to;
    }
    return new FlatParameters(values, trained);
  }

  /** The vector. Changing it changes the parameters. */
  NDArray values() {
    return values;
  }

  /** Gives the parameters other values, of the vector's shape. */
  void set(NDArray other) {
    values.set(new NDIndex(":"), other);
  }

  /**
   * What there is of each parameter.
   *
   * @param each gives it
   * @return in the order of {@link #values}
   */
  List<NDArray> inOrder(Function<Parameter, NDArray> each) {
    return parameters.stream().map(each).toList();
  }

  /**
   * Values of each parameter behind one another.
   *
   * @param each has those of all of them
   * @return in the order of {@link #values}
   */
  double[] inOrder(Map<Parameter, double[]> each) {
    return parameters.stream()
        .flatMapToDouble(parameter -> DoubleStream.of(each.get(parameter)))
        .toArray();
  }

  /** The gradients that the parameters hold, in the order of the vector. */
  NDArray gradients() {
    return join(inOrder(each -> each.getArray().getGradient()));
  }

  /** Arrays behind one another, as one vector. */
  static NDArray join(List<NDArray> arrays) {
    NDList flat = new NDList();
    arrays.forEach(array -> flat.add(array.reshape(-1)));
    return NDArrays.concat(flat);
  }

  /** Sets all gradients to zero. */
  void zeroGradients() {
    parameters.forEach(parameter -> Autograd.zeroGradient(parameter.getArray()));
  }
}
