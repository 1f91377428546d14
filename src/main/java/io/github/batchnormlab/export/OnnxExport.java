package io.github.batchnormlab.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import io.github.batchnormlab.data.Preprocessing;
import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.model.TrainedNetwork;
import io.github.batchnormlab.study.Activation;
import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.Precision;
import io.github.batchnormlab.study.Provenance;
import io.github.batchnormlab.study.Task;
import io.github.batchnormlab.study.Versions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A trained network as an ONNX model (IR version 8, operator set 17) that takes a row as it is and
 * gives what the program's own prediction gives.
 *
 * <p>The input is {@code features}, (batch, features): numbers as in the file, and a 0 or 1 for
 * each category, not standardized, none of them missing; of an image its pixels from 0 to 255,
 * channel by channel and row by row. The output of a regression is {@code predictions}, (batch,
 * targets), in the units of the file; of a classification it is {@code probabilities}, (batch,
 * classes), and {@code class}, (batch), the index of the largest. The batch has any size.
 *
 * <p>Input, network and output are float64 or float32 as in the training. Rows are standardized,
 * and predictions brought back to their units, in float64 always, so that a float32 input loses
 * nothing but its own rounding. The error function of GELU is float32 always: ONNX Runtime has no
 * float64 kernel for it. Running statistics stand in for those of a batch. The metadata of the
 * model names features, categories, targets and classes in their order, settings and versions.
 *
 * <p>Source: the operators at <a href="https://onnx.ai/onnx/operators/">onnx.ai</a>.
 */
public final class OnnxExport {
  /** The end of the name of constants that are divided by. */
  static final String DEVIATION = "deviation";

  /** By so much of its deviation a feature may be rounded without a remark. */
  private static final double MOST_ROUNDING = 1e-5;

  private static final int LONGEST_NAME = 40;

  /** Channels, height and width. */
  private static final int MAP_AXES = 3;

  private static final int IR_VERSION = 8;
  private static final int OPERATOR_SET = 17;

  private final PlainNetwork network;
  private final Preprocessing preprocessing;
  private final Precision precision;
  private final OnnxGraph graph;

  private OnnxExport(PlainNetwork network, Preprocessing preprocessing, Precision precision) {
    this.network = network;
    this.preprocessing = preprocessing;
    this.precision = precision;
    graph = new OnnxGraph(network.arm().id(), precision);
  }

  /**
   * Exports a network.
   *
   * @param network the network
   * @param versions of what has trained it
   * @return the file
   * @throws ExportException if its layer is a class of the user's, a number of it is beyond the
   *     type of the file, or it is too large
   */
  public static Exported of(TrainedNetwork network, Versions versions) throws ExportException {
    Precision precision = network.settings().fit().precision();
    OnnxExport export =
        new OnnxExport(PlainNetwork.of(network), network.preprocessing(), precision);
    export.addAll();
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("BatchNorm Lab")
            .setProducerVersion(Provenance.projectVersion())
            .setDocString(
                "Takes features as they are in the table, with a 0 or 1 for each category. The"
                    + " metadata names them in their order.")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET))
            .setGraph(export.graph.build());
    for (Map.Entry<String, String> text : Metadata.of(network, versions, precision).entrySet()) {
      model.addMetadataProps(
          StringStringEntryProto.newBuilder().setKey(text.getKey()).setValue(text.getValue()));
    }
    return new Exported(model.build().toByteArray(), export.remarks());
  }

  /** What the user should know of the type of the numbers. */
  private List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    if (precision == Precision.FLOAT32) {
      roundedFeatures().ifPresent(remarks::add);
    } else if (network.activation() == Activation.GELU) {
      remarks.add(
          "The error function in the file is float32, not float64 as in the training: ONNX Runtime"
              + " has no float64 kernel for gelu.");
    }
    return remarks;
  }

  /** A sentence on the features that a float32 input rounds by much, if there are any. */
  private Optional<String> roundedFeatures() {
    double[] means = preprocessing.means();
    double[] deviations = preprocessing.deviations();
    double[] roundings = new double[means.length];
    Arrays.setAll(roundings, i -> Math.ulp((float) means[i]) / 2 / deviations[i]);
    long rounded = Arrays.stream(roundings).filter(rounding -> rounding > MOST_ROUNDING).count();
    if (rounded == 0) {
      return Optional.empty();
    }
    int worst = 0;
    for (int i = 1; i < roundings.length; i++) {
      worst = roundings[i] > roundings[worst] ? i : worst;
    }
    String extent =
        roundings[worst] < 1
            ? "up to " + String.format(Locale.ROOT, "%.1g", roundings[worst]) + " of"
            : "more than";
    String others = rounded == 1 ? "" : " (the most of " + rounded + " features)";
    return Optional.of(
        "The feature "
            + Plain.cut(preprocessing.features().get(worst), LONGEST_NAME)
            + " is so far from 0 that the float32 of the input rounds it by "
            + extent
            + " its deviation"
            + others
            + ": train with --precision float64 if that is too much.");
  }

  private void addAll() throws ExportException {
    String x = graph.input("features", preprocessing.features().size());
    x = convolved(standardized(seen(x)));
    for (int i = 0; i < network.hidden().size(); i++) {
      String name = "hidden" + (i + 1);
      PlainNetwork.Hidden hidden = network.hidden().get(i);
      x = affine(name + ".linear", x, hidden.affine());
      x = normalized(name + ".normalized", x, hidden.norm(), 1);
      x = activated(name + "." + network.activation(), x);
    }
    x = affine("output.linear", x, network.output());
    if (preprocessing.task() == Task.CLASSIFICATION) {
      graph.node("Softmax", "probabilities", List.of(OnnxGraph.whole("axis", 1)), x);
      graph.output("probabilities", preprocessing.outputs());
      graph.node(
          "ArgMax",
          "class",
          List.of(OnnxGraph.whole("axis", 1), OnnxGraph.whole("keepdims", 0)),
          "probabilities");
      graph.indices("class");
    } else {
      inOriginalUnits(x);
      graph.output("predictions", preprocessing.outputs());
    }
  }

  /** Rows of pixels through the convolutional layers, if there are any, and rows again. */
  private String convolved(String rows) throws ExportException {
    List<PlainNetwork.Convolution> layers = network.convolutions();
    if (layers.isEmpty()) {
      return rows;
    }
    OnnxConvolutions convolutions = new OnnxConvolutions(graph, precision);
    String x = rows;
    for (int i = 0; i < layers.size(); i++) {
      PlainNetwork.Convolution layer = layers.get(i);
      String name = "convolution" + (i + 1);
      x = convolutions.convolved(name, x, layer);
      x = normalized(name + ".normalized", x, layer.norm(), MAP_AXES);
      x = activated(name + "." + network.activation(), x);
      x = convolutions.pooled(name + ".pooled", x, layer.size());
    }
    return x;
  }

  private String reshaped(String name, String x, long... shape) {
    return graph.node("Reshape", name, x, graph.whole(name + ".shape", shape));
  }

  /** Categories that no training row has are none, whatever the caller says of them. */
  private String seen(String x) throws ExportException {
    boolean[] seen = Metadata.seen(preprocessing);
    double[] factors = new double[seen.length];
    for (int i = 0; i < seen.length; i++) {
      factors[i] = seen[i] ? 1 : 0;
    }
    return Arrays.stream(factors).allMatch(factor -> factor == 1)
        ? x
        : graph.node("Mul", "features.known", x, constant("features.seen", factors));
  }

  private String standardized(String x) throws ExportException {
    if (!preprocessing.isStandardized()) {
      return x;
    }
    String wide = graph.wide("features.wide", x);
    String mean = graph.wideConstant("features.mean", preprocessing.means());
    String deviation = graph.wideConstant("features." + DEVIATION, preprocessing.deviations());
    String centered = graph.node("Sub", "features.centered", wide, mean);
    return graph.narrow("Div", "features.standardized", centered, deviation);
  }

  private void inOriginalUnits(String x) throws ExportException {
    String wide = graph.wide("output.wide", x);
    String mean = graph.wideConstant("targets.mean", preprocessing.targetMeans());
    String deviation = graph.wideConstant("targets." + DEVIATION, preprocessing.targetDeviations());
    String scaled = graph.node("Mul", "output.scaled", wide, deviation);
    graph.narrow("Add", "predictions", scaled, mean);
  }

  private String affine(String name, String x, PlainNetwork.Affine affine) throws ExportException {
    String weight = graph.constant(name + ".weight", affine.weight(), affine.in(), affine.out());
    return affine.bias() == null
        ? graph.node("Gemm", name, x, weight)
        : graph.node("Gemm", name, x, weight, constant(name + ".bias", affine.bias()));
  }

  /**
   * @param axes how many there are behind the batch: of feature maps three, else one
   */
  private String normalized(String name, String z, Map<String, double[]> norm, int axes)
      throws ExportException {
    if (norm.isEmpty()) {
      return z;
    }
    if (axes == MAP_AXES && isByRow()) { // A row is all that a layer makes of an image.
      int values = norm.get("scale").length;
      String rows = normalized(name, reshaped(name + ".rows", z, -1, values), norm, 1);
      return graph.node("Reshape", name + ".maps", rows, graph.node("Shape", name + ".shape", z));
    }
    if (network.arm() == Arms.DJL_BATCH_NORM) {
      return graph.node(
          "BatchNormalization",
          name,
          List.of(OnnxGraph.number("epsilon", (float) network.epsilon())),
          z,
          constant(name + ".scale", norm.get("scale")),
          constant(name + ".shift", norm.get("shift")),
          constant(name + ".mean", norm.get("runningMean")),
          constant(name + ".variance", norm.get("runningVar")));
    }
    String scale = perChannel(name + ".scale", norm.get("scale"), axes);
    String shift =
        norm.containsKey("shift") ? perChannel(name + ".shift", norm.get("shift"), axes) : null;
    String normal =
        switch (network.arm()) {
          case LAYER_NORM -> byRow(name, centered(name, z));
          case RMS_NORM -> byRow(name, z);
          default -> byRunning(name, z, norm, axes);
        };
    return shift == null
        ? graph.node("Mul", name, normal, scale)
        : graph.node("Add", name, graph.node("Mul", name + ".scaled", normal, scale), shift);
  }

  /** (z - μ) / σ with the running ones of each unit. */
  private String byRunning(String name, String z, Map<String, double[]> norm, int axes)
      throws ExportException {
    String mean = perChannel(name + ".mean", norm.get("runningMean"), axes);
    String deviation = perChannel(name + "." + DEVIATION, norm.get("runningStd"), axes);
    return graph.node("Div", name + ".unit", graph.node("Sub", name + ".c", z, mean), deviation);
  }

  private String centered(String name, String z) {
    return graph.node("Sub", name + ".centered", z, rowMean(name + ".mean", z));
  }

  /** z / sqrt(mean(z²) + ε), row by row. The operator for it has ε in float32. */
  private String byRow(String name, String z) throws ExportException {
    String square = graph.node("Mul", name + ".square", z, z);
    String epsilon = graph.constant(name + ".epsilon", network.epsilon());
    String variance =
        graph.node("Add", name + ".variance", rowMean(name + ".meansquare", square), epsilon);
    return graph.node("Div", name + ".unit", z, graph.node("Sqrt", name + ".root", variance));
  }

  private String rowMean(String name, String z) {
    return graph.node(
        "ReduceMean", name, List.of(OnnxGraph.list("axes", 1), OnnxGraph.whole("keepdims", 1)), z);
  }

  private String activated(String name, String z) throws ExportException {
    return switch (network.activation()) {
      case TANH -> graph.node("Tanh", name, z);
      case RELU -> graph.node("Relu", name, z);
      case SIGMOID -> graph.node("Sigmoid", name, z);
      case GELU -> gelu(name, z);
      case LINEAR -> z;
    };
  }

  /** z Φ(z) = z (1 + erf(z / √2)) / 2; the operator for it came with set 20. */
  private String gelu(String name, String z) throws ExportException {
    String part = graph.constant(name + ".part", Math.sqrt(0.5));
    String one = graph.constant(name + ".one", 1);
    String half = graph.constant(name + ".half", 0.5);
    String error = graph.single("Erf", name + ".erf", graph.node("Mul", name + ".in", z, part));
    String twice =
        graph.node("Mul", name + ".twice", z, graph.node("Add", name + ".up", error, one));
    return graph.node("Mul", name, twice, half);
  }

  private boolean isByRow() {
    return network.arm() == Arms.LAYER_NORM || network.arm() == Arms.RMS_NORM;
  }

  /** Numbers that broadcast against (batch, units) or (batch, channels, height, width). */
  private String perChannel(String name, double[] values, int axes) throws ExportException {
    return axes == MAP_AXES
        ? graph.constant(name, values, values.length, 1, 1)
        : constant(name, values);
  }

  /** Numbers in one row. */
  private String constant(String name, double[] values) throws ExportException {
    return graph.constant(name, values, values.length);
  }
}
