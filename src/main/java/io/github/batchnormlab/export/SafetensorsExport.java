package io.github.batchnormlab.export;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.batchnormlab.data.Preprocessing;
import io.github.batchnormlab.model.ConvolutionSize;
import io.github.batchnormlab.model.TrainedNetwork;
import io.github.batchnormlab.study.ImageSize;
import io.github.batchnormlab.study.Precision;
import io.github.batchnormlab.study.Versions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A trained network as safetensors: its parameters under the names and in the shapes that {@code
 * torch.nn.Sequential} gives them.
 *
 * <p>The modules are, for each hidden layer, {@code Linear}, {@code BatchNorm1d}, {@code LayerNorm}
 * or {@code RMSNorm} unless the arm is none, and the activation ({@code Identity} for linear); then
 * {@code Linear}. The first layer's weight is {@code 0.weight}, (out, in). Beside them stand, in
 * float64 always, {@code features.mean} and {@code features.deviation}, (features), and {@code
 * targets.mean} and {@code targets.deviation}, (targets), the latter not of a classification: the
 * network's input is (features - mean) / deviation, its output times deviation plus mean is the
 * prediction. The output of a classification goes through softmax.
 *
 * <p>The running statistic of this program is a standard deviation σ; {@code running_var} is σ² -
 * ε, so that {@code BatchNorm1d(units, eps=ε)} divides by σ in evaluation. The metadata has beside
 * what ONNX has: {@code modules}, for each module a list of its class in {@code torch.nn} and the
 * arguments that make it, such as {@code ["BatchNorm1d", 300, 1e-6]}.
 *
 * <p>Source: <a href="https://huggingface.co/docs/safetensors">the format</a>: the length of the
 * header in 8 bytes, the header as JSON, the numbers, all little-endian.
 */
public final class SafetensorsExport {
  private static final int ALIGNMENT = 8;

  private final PlainNetwork network;
  private final Precision precision;

  /** What the modules of batch normalization add to a variance. */
  private final double epsilon;

  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final List<List<Object>> modules = new ArrayList<>();

  private record Tensor(double[] values, Precision precision, int... shape) {}

  private SafetensorsExport(PlainNetwork network, Precision precision) {
    this.network = network;
    this.precision = precision;
    epsilon = variancesHoldEpsilon(network) ? network.epsilon() : 0;
  }

  /**
   * Whether every σ² is at least ε but for rounding. It is not where ε is above 1, which σ starts
   * from: then PyTorch's ε is 0 and the variance σ².
   */
  private static boolean variancesHoldEpsilon(PlainNetwork network) {
    double least = network.epsilon() * (1 - 1e-6);
    return network
        .norms()
        .map(norm -> norm.get("runningStd"))
        .filter(std -> std != null)
        .flatMapToDouble(Arrays::stream)
        .noneMatch(std -> std * std < least);
  }

  /**
   * Exports a network.
   *
   * @param network the network
   * @param versions of what has trained it
   * @return the file
   * @throws ExportException if its layer is a class of the user's, or it is too large
   */
  public static Exported of(TrainedNetwork network, Versions versions) throws ExportException {
    Precision precision = network.settings().fit().precision();
    SafetensorsExport export = new SafetensorsExport(PlainNetwork.of(network), precision);
    export.addPreprocessing(network.preprocessing()); // First, so that all float64 is aligned.
    export.addNetwork();
    Map<String, String> metadata = Metadata.of(network, versions, precision);
    metadata.put("modules", Metadata.json(export.modules));
    return new Exported(export.bytes(metadata), List.of());
  }

  private void addNetwork() {
    addConvolutions();
    for (PlainNetwork.Hidden hidden : network.hidden()) {
      addLinear(hidden.affine());
      if (!hidden.norm().isEmpty()) {
        addNorm(hidden.norm(), "BatchNorm1d", hidden.affine().out());
      }
      addActivation();
    }
    addLinear(network.output());
  }

  private void addActivation() {
    modules.add(
        List.of(
            switch (network.activation()) {
              case TANH -> "Tanh";
              case RELU -> "ReLU";
              case SIGMOID -> "Sigmoid";
              case GELU -> "GELU";
              case LINEAR -> "Identity";
            }));
  }

  private void addConvolutions() {
    if (network.convolutions().isEmpty()) {
      return;
    }
    modules.add(List.of("Unflatten", 1, shape(network.convolutions().get(0).size().in())));
    for (PlainNetwork.Convolution layer : network.convolutions()) {
      ConvolutionSize size = layer.size();
      int in = size.in().channels();
      add("weight", layer.weight(), size.channels(), in, size.kernel(), size.kernel());
      addRow("bias", layer.bias());
      modules.add( // Stride 1, no padding, dilation 1, one group.
          List.of("Conv2d", in, size.channels(), size.kernel(), 1, 0, 1, 1, layer.bias() != null));
      if (!layer.norm().isEmpty()) {
        boolean isByChannel = layer.isByChannel();
        ImageSize maps = size.convolved();
        addNorm(layer.norm(), "BatchNorm2d", isByChannel ? size.channels() : shape(maps));
      }
      addActivation();
      modules.add(List.of("AvgPool2d", 2));
    }
    modules.add(List.of("Flatten"));
  }

  private static List<Integer> shape(ImageSize size) {
    return List.of(size.channels(), size.height(), size.width());
  }

  private void addLinear(PlainNetwork.Affine affine) {
    double[] transposed = new double[affine.weight().length];
    for (int i = 0; i < affine.in(); i++) {
      for (int j = 0; j < affine.out(); j++) {
        transposed[j * affine.in() + i] = affine.weight()[i * affine.out() + j];
      }
    }
    add("weight", transposed, affine.out(), affine.in());
    if (affine.bias() != null) {
      add("bias", affine.bias(), affine.out());
    }
    modules.add(List.of("Linear", affine.in(), affine.out(), affine.bias() != null));
  }

  /**
   * @param batchNorm the class of batch normalization there
   * @param shape what is normalized: a number of units or channels, or the shape of feature maps
   */
  private void addNorm(Map<String, double[]> norm, String batchNorm, Object shape) {
    int[] axes =
        shape instanceof List<?> list
            ? list.stream().mapToInt(length -> (int) length).toArray()
            : new int[] {norm.get("scale").length};
    add("weight", norm.get("scale"), axes);
    if (norm.containsKey("shift")) {
      add("bias", norm.get("shift"), axes);
    }
    addRow("running_mean", norm.get("runningMean"));
    addRow("running_var", norm.get("runningVar"));
    if (norm.containsKey("runningStd")) {
      double[] std = norm.get("runningStd");
      addRow("running_var", Arrays.stream(std).map(value -> value * value - epsilon).toArray());
    }
    String module =
        switch (network.arm()) {
          case LAYER_NORM -> "LayerNorm";
          case RMS_NORM -> "RMSNorm";
          default -> batchNorm;
        };
    modules.add(List.of(module, shape, epsilon));
  }

  private void addRow(String name, double[] values) {
    if (values != null) {
      add(name, values, values.length);
    }
  }

  /** Adds a tensor of the module that comes next. */
  private void add(String name, double[] values, int... shape) {
    tensors.put(modules.size() + "." + name, new Tensor(values, precision, shape));
  }

  private void addPreprocessing(Preprocessing preprocessing) {
    addScale("features.mean", preprocessing.means());
    addScale("features.deviation", preprocessing.deviations());
    if (preprocessing.classes().isEmpty()) {
      addScale("targets.mean", preprocessing.targetMeans());
      addScale("targets.deviation", preprocessing.targetDeviations());
    }
  }

  private void addScale(String name, double[] values) {
    tensors.put(name, new Tensor(values, Precision.FLOAT64, values.length));
  }

  private byte[] bytes(Map<String, String> metadata) {
    JsonObject header = new JsonObject();
    JsonObject texts = new JsonObject();
    metadata.forEach(texts::addProperty);
    header.add("__metadata__", texts);
    int size = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      int end = Math.addExact(size, tensor.values().length * tensor.precision().bytes());
      header.add(entry.getKey(), description(tensor, size, end));
      size = end;
    }
    byte[] json = Metadata.json(header).getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.addExact(Long.BYTES + padded, size))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(padded).put(json);
    while (bytes.position() < Long.BYTES + padded) {
      bytes.put((byte) ' ');
    }
    tensors.values().forEach(tensor -> put(tensor, bytes));
    return bytes.array();
  }

  private static JsonObject description(Tensor tensor, int begin, int end) {
    JsonArray shape = new JsonArray();
    Arrays.stream(tensor.shape()).forEach(shape::add);
    JsonArray offsets = new JsonArray();
    offsets.add(begin);
    offsets.add(end);
    JsonObject description = new JsonObject();
    description.addProperty("dtype", tensor.precision() == Precision.FLOAT64 ? "F64" : "F32");
    description.add("shape", shape);
    description.add("data_offsets", offsets);
    return description;
  }

  private static void put(Tensor tensor, ByteBuffer bytes) {
    for (double value : tensor.values()) {
      if (tensor.precision() == Precision.FLOAT64) {
        bytes.putDouble(value);
      } else {
        bytes.putFloat((float) value);
      }
    }
  }
}
