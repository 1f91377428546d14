package io.github.batchnormlab.export;

import ai.djl.nn.Parameter;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.model.ConvolutionSize;
import io.github.batchnormlab.model.TrainedNetwork;
import io.github.batchnormlab.study.Activation;
import io.github.batchnormlab.study.Arm;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A trained network as numbers, layer by layer.
 *
 * @param arm what it normalizes by
 * @param activation what stands behind each hidden layer
 * @param epsilon what the arm's layer adds to a variance or a mean square
 * @param convolutions the convolutional layers before the hidden ones
 * @param hidden the hidden layers
 * @param output the layer behind them
 */
record PlainNetwork(
    Arms arm,
    Activation activation,
    double epsilon,
    List<Convolution> convolutions,
    List<Hidden> hidden,
    Affine output) {

  /** Both formats count bytes in 31 bits somewhere, as Java's arrays do. */
  private static final double MOST_BYTES = 2e9;

  /**
   * {@code x W + b}.
   *
   * @param in the width of x
   * @param out the width of what comes out
   * @param weight W, (in, out), row by row
   * @param bias b, or null
   */
  record Affine(int in, int out, double[] weight, double[] bias) {}

  /**
   * A convolutional layer.
   *
   * @param size how large it is
   * @param weight (out, in, height, width), the last axis the fastest
   * @param bias one for each feature map, or null
   * @param norm what its normalization has for each channel, or for each value of all feature maps,
   *     by the names of {@link Hidden}; empty without normalization
   */
  record Convolution(
      ConvolutionSize size, double[] weight, double[] bias, Map<String, double[]> norm) {

    /** Whether its normalization has numbers for each channel, and not for each value. */
    boolean isByChannel() {
      return norm.get("scale").length == size.channels();
    }
  }

  /**
   * A hidden layer.
   *
   * @param affine the linear layer
   * @param norm what its normalization has for each unit, by the names {@code scale, shift,
   *     runningMean, runningStd, runningVar}; empty without normalization
   */
  record Hidden(Affine affine, Map<String, double[]> norm) {}

  /**
   * Reads a network.
   *
   * @throws ExportException if its layers are not all known here, or it is too large for a file
   */
  static PlainNetwork of(TrainedNetwork network) throws ExportException {
    Arms arm = known(network.arm(), List.of());
    if (network.sizes().parameters() * Double.BYTES > MOST_BYTES) {
      throw new ExportException("The network is too large to export: a file holds at most 2 GB.");
    }
    double epsilon = network.settings().net().epsilon();
    List<Integer> units = network.sizes().hidden().units();
    List<Convolution> convolutions = convolutions(network);
    int before = convolutions.size();
    int layers = before + units.size();
    List<Hidden> hidden = new ArrayList<>();
    int in =
        before == 0
            ? network.sizes().inputs()
            : convolutions.get(before - 1).size().pooled().values();
    for (int i = 0; i < units.size(); i++) {
      int layer = before + i + 1;
      hidden.add(
          new Hidden(affine(network, layer, in, units.get(i)), norm(network, layer, layers)));
      in = units.get(i);
    }
    return new PlainNetwork(
        arm,
        network.settings().net().activation(),
        arm == Arms.DJL_BATCH_NORM ? (float) epsilon : epsilon, // DJL's block takes a float.
        convolutions,
        hidden,
        affine(network, layers + 1, in, network.sizes().outputs()));
  }

  private static List<Convolution> convolutions(TrainedNetwork network) {
    List<ConvolutionSize> sizes = network.sizes().convolutions();
    int layers = sizes.size() + network.sizes().hidden().count();
    List<Convolution> convolutions = new ArrayList<>();
    for (int layer = 1; layer <= sizes.size(); layer++) {
      Parameter bias = network.parameters().get("bias" + layer);
      convolutions.add(
          new Convolution(
              sizes.get(layer - 1),
              values(network.parameters().get("weight" + layer)),
              bias == null ? null : values(bias),
              norm(network, layer, layers)));
    }
    return convolutions;
  }

  /** What the normalizations of all layers have, those that there are. */
  Stream<Map<String, double[]>> norms() {
    return Stream.concat(
        convolutions.stream().map(Convolution::norm), hidden.stream().map(Hidden::norm));
  }

  /**
   * The arm, if its layer is one that other programs know.
   *
   * @param others to choose from if it is not
   * @throws ExportException if it is a class of the user's
   */
  static Arms known(Arm arm, Collection<Arm> others) throws ExportException {
    if (arm instanceof Arms known) {
      return known;
    }
    String choices =
        others.stream()
            .filter(Arms.class::isInstance)
            .map(other -> "--arm " + other.id())
            .collect(Collectors.joining(" or "));
    throw new ExportException(
        "The arm "
            + arm.id()
            + " cannot be exported: its layer is a class of your own, which no other program has"
            + (choices.isEmpty() ? "." : "; choose " + choices + "."));
  }

  private static Affine affine(TrainedNetwork network, int layer, int in, int out) {
    Parameter bias = network.parameters().get("bias" + layer);
    return new Affine(
        in,
        out,
        values(network.parameters().get("weight" + layer)),
        bias == null ? null : values(bias));
  }

  private static Map<String, double[]> norm(TrainedNetwork network, int layer, int layers) {
    Map<String, double[]> norm = new LinkedHashMap<>();
    for (String name : List.of("scale", "shift", "runningMean", "runningStd", "runningVar")) {
      Parameter parameter = network.parameters().get(layers == 1 ? name : name + layer);
      if (parameter != null) {
        norm.put(name, values(parameter));
      }
    }
    return norm;
  }

  private static double[] values(Parameter parameter) {
    return Values.of(parameter.getArray());
  }
}
