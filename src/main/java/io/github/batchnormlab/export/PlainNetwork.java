package io.github.batchnormlab.export;

import ai.djl.nn.Parameter;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.model.TrainedNetwork;
import io.github.batchnormlab.study.Activation;
import io.github.batchnormlab.study.Arm;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A trained network as numbers, layer by layer.
 *
 * @param arm what it normalizes by
 * @param activation what stands behind each hidden layer
 * @param epsilon what the arm's layer adds to a variance or a mean square
 * @param hidden the hidden layers
 * @param output the layer behind them
 */
record PlainNetwork(
    Arms arm, Activation activation, double epsilon, List<Hidden> hidden, Affine output) {

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
    List<Hidden> hidden = new ArrayList<>();
    int in = network.sizes().inputs();
    for (int i = 0; i < units.size(); i++) {
      hidden.add(
          new Hidden(affine(network, i + 1, in, units.get(i)), norm(network, i + 1, units.size())));
      in = units.get(i);
    }
    return new PlainNetwork(
        arm,
        network.settings().net().activation(),
        arm == Arms.DJL_BATCH_NORM ? (float) epsilon : epsilon, // DJL's block takes a float.
        hidden,
        affine(network, units.size() + 1, in, network.sizes().outputs()));
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
