package io.github.batchnormlab.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import io.github.batchnormlab.engine.Values;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The weights that every arm starts from: those that PyTorch draws on the CPU after {@code
 * torch.manual_seed(seed)}, from N(0, 1) in float64, layer by layer the weight, (in, out), and then
 * the bias.
 *
 * @param values the values by the names of {@link Network#parameters()}, row by row; where several
 *     replicas train together, theirs stand one behind the other
 */
public record InitialWeights(Map<String, double[]> values) {

  /**
   * Draws those of one network. PyTorch's generator is one for the whole process: call from one
   * thread only.
   *
   * @param bias whether the hidden layers have a bias; the output layer always has
   */
  public static InitialWeights draw(int seed, Sizes sizes, boolean bias) {
    Map<String, double[]> values = new LinkedHashMap<>();
    try (NDManager manager = Values.pytorch().newBaseManager(Device.cpu())) {
      Values.pytorch().setRandomSeed(seed);
      List<int[]> layers = sizes.linear();
      for (int i = 0; i < layers.size(); i++) {
        int[] layer = layers.get(i);
        boolean isOutput = i == layers.size() - 1;
        values.put("weight" + (i + 1), normal(manager, layer[0], layer[1]));
        if (bias || isOutput) {
          values.put("bias" + (i + 1), normal(manager, layer[1]));
        }
      }
    }
    return new InitialWeights(values);
  }

  /** Those of several networks of the same size, one behind the other. */
  public static InitialWeights join(List<InitialWeights> networks) {
    Map<String, double[]> joined = new LinkedHashMap<>();
    for (String name : networks.get(0).values.keySet()) {
      Stream<double[]> parts = networks.stream().map(network -> network.values.get(name));
      joined.put(name, parts.flatMapToDouble(Arrays::stream).toArray());
    }
    return new InitialWeights(joined);
  }

  private static double[] normal(NDManager manager, long... shape) {
    try (NDArray values = manager.randomNormal(0, 1, new Shape(shape), DataType.FLOAT64)) {
      return values.toDoubleArray();
    }
  }

  /** Makes a network that is not initialized start from these weights. */
  public void into(Network network) {
    Map<String, Parameter> parameters = network.parameters();
    values.forEach((name, drawn) -> parameters.get(name).setInitializer(of(drawn)));
  }

  /** An initializer that sets a parameter to {@code values}, in memory of its own. */
  private static Initializer of(double[] values) {
    return (manager, shape, dataType) -> {
      try (NDArray borrowed = manager.create(values, shape);
          NDArray typed = borrowed.toType(dataType, false)) {
        return typed.duplicate();
      }
    };
  }
}
