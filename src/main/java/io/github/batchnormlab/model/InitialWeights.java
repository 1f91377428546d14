package io.github.batchnormlab.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.initializer.Initializer;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.study.Init;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The weights that every arm starts from: those that PyTorch draws on the CPU after {@code
 * torch.manual_seed(seed)}, in float64, layer by layer the weight and then the bias.
 *
 * <p>With {@link Init#NORMAL} they are from N(0, 1), and the weight is drawn as (in, out). With
 * {@link Init#PYTORCH} they are those of {@code torch.nn.Linear(in, out, dtype=torch.float64)}: the
 * weight is drawn as (out, in), uniform within
 *
 * <pre>
 * a = sqrt(5),  sqrt(3) · (sqrt(2 / (1 + a²)) / sqrt(in)),
 * </pre>
 *
 * <p>which is 1 / sqrt(in) but for rounding, and the bias uniform within 1 / sqrt(in). With {@link
 * Init#XAVIER} they are those of {@code torch.nn.init.xavier_uniform_}: the weight is drawn as
 * (out, in), uniform within sqrt(3) · sqrt(2 / (in + out)), and the bias is zero, for which nothing
 * is drawn. Here all kinds of weights are (in, out).
 *
 * <p>The weight of a convolution is drawn and kept as (out, in, height, width). PyTorch counts as
 * in and out the channels times the values of a kernel.
 *
 * <p>Sources: {@code reset_parameters} of {@code torch.nn.Linear}, after K. He, X. Zhang, S. Ren
 * and J. Sun, "Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet
 * Classification", 2015; X. Glorot and Y. Bengio, "Understanding the difficulty of training deep
 * feedforward neural networks", 2010.
 *
 * @param values the values by the names of {@link Network#parameters()}, row by row; where several
 *     replicas train together, theirs stand one behind the other
 */
public record InitialWeights(Map<String, double[]> values) {

  /**
   * Draws those of one network. PyTorch's generator is one for the whole process: several studies
   * may draw at once, and wait for each other.
   *
   * @param seed the seed
   * @param sizes how wide the network is
   * @param bias whether the hidden layers have a bias; the output layer always has
   * @param init how they are drawn
   * @return the weights
   */
  public static synchronized InitialWeights draw(int seed, Sizes sizes, boolean bias, Init init) {
    Map<String, double[]> values = new LinkedHashMap<>();
    try (NDManager manager = Values.pytorch().newBaseManager(Device.cpu())) {
      Values.pytorch().setRandomSeed(seed);
      int before = sizes.convolutions().size();
      for (int i = 0; i < before; i++) {
        convolution(values, i + 1, manager, sizes.convolutions().get(i), bias, init);
      }
      List<int[]> layers = sizes.linear();
      for (int i = 0; i < layers.size(); i++) {
        int in = layers.get(i)[0];
        int out = layers.get(i)[1];
        boolean isOutput = i == layers.size() - 1;
        values.put(
            "weight" + (before + i + 1),
            switch (init) {
              case NORMAL -> normal(manager, in, out);
              case PYTORCH -> transposed(uniform(manager, kaimingBound(in), out, in), out, in);
              case XAVIER -> transposed(uniform(manager, xavierBound(in, out), out, in), out, in);
            });
        if (bias || isOutput) {
          values.put("bias" + (before + i + 1), biases(manager, in, out, init));
        }
      }
    }
    return new InitialWeights(values);
  }

  /** Draws those of a convolution: the weight is (out, in, kernel, kernel), drawn and kept. */
  private static void convolution(
      Map<String, double[]> values,
      int layer,
      NDManager manager,
      ConvolutionSize size,
      boolean bias,
      Init init) {
    int in = size.weights();
    int out = size.channels() * size.kernel() * size.kernel();
    long[] shape = {size.channels(), size.in().channels(), size.kernel(), size.kernel()};
    values.put(
        "weight" + layer,
        switch (init) {
          case NORMAL -> normal(manager, shape);
          case PYTORCH -> uniform(manager, kaimingBound(in), shape);
          case XAVIER -> uniform(manager, xavierBound(in, out), shape);
        });
    if (bias) {
      values.put("bias" + layer, biases(manager, in, size.channels(), init));
    }
  }

  private static double[] biases(NDManager manager, int in, int out, Init init) {
    return switch (init) {
      case NORMAL -> normal(manager, out);
      case PYTORCH -> uniform(manager, 1 / Math.sqrt(in), out);
      case XAVIER -> new double[out];
    };
  }

  /**
   * Does what draws initial weights that are not among these, such as those of a layer of the
   * user's own, after {@code torch.manual_seed(seed)}. It waits for others who do the same.
   *
   * @param seed the seed
   * @param drawing what draws
   */
  public static void seeded(int seed, Runnable drawing) {
    synchronized (InitialWeights.class) {
      Values.pytorch().setRandomSeed(seed);
      drawing.run();
    }
  }

  /**
   * {@return those of several networks of the same size, one behind the other}
   *
   * @param networks the weights of each
   */
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

  /** What PyTorch's kaiming_uniform_ computes for a = sqrt(5), operation by operation. */
  private static double kaimingBound(int in) {
    double a = Math.sqrt(5);
    double gain = Math.sqrt(2 / (1 + a * a));
    double std = gain / Math.sqrt(in);
    return Math.sqrt(3) * std;
  }

  /** What PyTorch's xavier_uniform_ computes for a gain of 1, operation by operation. */
  private static double xavierBound(int in, int out) {
    double std = Math.sqrt(2.0 / ((double) in + out));
    return Math.sqrt(3) * std;
  }

  /**
   * Draws from [-bound, bound) with PyTorch's own kernel: DJL's public method rounds the bounds to
   * float, and low + u (high - low) in Java lacks the fused operation of the kernel's last bit.
   */
  private static double[] uniform(NDManager manager, double bound, long... shape) {
    try (NDArray values =
        JniUtils.uniform(
            (PtNDManager) manager,
            -bound,
            bound,
            new Shape(shape),
            DataType.FLOAT64,
            manager.getDevice())) {
      return values.toDoubleArray();
    }
  }

  private static double[] transposed(double[] values, int rows, int columns) {
    double[] transposed = new double[values.length];
    Arrays.setAll(transposed, i -> values[i % rows * columns + i / rows]);
    return transposed;
  }

  /**
   * Makes a network that is not initialized start from these weights.
   *
   * @param network a network of the size of these weights
   */
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
