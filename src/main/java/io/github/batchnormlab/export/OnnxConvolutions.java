package io.github.batchnormlab.export;

import io.github.batchnormlab.model.ConvolutionSize;
import io.github.batchnormlab.study.ImageSize;
import io.github.batchnormlab.study.Precision;
import java.util.List;

/**
 * Convolutions and average pooling as nodes of an ONNX graph.
 *
 * <p>In float32 they are the operators Conv and AveragePool. ONNX Runtime has no float64 kernels of
 * these: in float64 a convolution is the product of its weight with the patches of the image, which
 * are gathered by their places, and pooling the mean of such patches. That is what the operators
 * are by definition.
 */
final class OnnxConvolutions {
  private static final int POOL = 2;

  private final OnnxGraph graph;
  private final Precision precision;

  OnnxConvolutions(OnnxGraph graph, Precision precision) {
    this.graph = graph;
    this.precision = precision;
  }

  /**
   * The feature maps of a layer.
   *
   * @param rows (batch, values)
   * @return (batch, channels, height, width)
   */
  String convolved(String name, String rows, PlainNetwork.Convolution layer)
      throws ExportException {
    ConvolutionSize size = layer.size();
    return precision == Precision.FLOAT32
        ? byOperator(name, rows, layer, size)
        : byPatches(name, rows, layer, size);
  }

  private String byOperator(
      String name, String rows, PlainNetwork.Convolution layer, ConvolutionSize size)
      throws ExportException {
    ImageSize in = size.in();
    String maps = reshaped(name + ".maps", rows, in);
    int kernel = size.kernel();
    String weight =
        graph.constant(
            name + ".weight", layer.weight(), size.channels(), in.channels(), kernel, kernel);
    return layer.bias() == null
        ? graph.node("Conv", name, maps, weight)
        : graph.node("Conv", name, maps, weight, bias(name, layer));
  }

  private String byPatches(
      String name, String rows, PlainNetwork.Convolution layer, ConvolutionSize size)
      throws ExportException {
    ImageSize out = size.convolved();
    String patches = gathered(name, rows, places(size), out.height() * out.width(), size.weights());
    double[] transposed = new double[layer.weight().length];
    for (int i = 0; i < transposed.length; i++) {
      transposed[i % size.weights() * size.channels() + i / size.weights()] = layer.weight()[i];
    }
    String weight = graph.constant(name + ".weight", transposed, size.weights(), size.channels());
    String z = graph.node("MatMul", name + ".product", patches, weight);
    if (layer.bias() != null) {
      z = graph.node("Add", name + ".sum", z, bias(name, layer));
    }
    String channelsFirst =
        graph.node("Transpose", name + ".transposed", List.of(OnnxGraph.list("perm", 0, 2, 1)), z);
    return reshaped(name, channelsFirst, out);
  }

  private String bias(String name, PlainNetwork.Convolution layer) throws ExportException {
    return graph.constant(name + ".bias", layer.bias(), layer.bias().length);
  }

  /** For each pixel of a feature map the places in a row of what its kernel covers. */
  private static long[] places(ConvolutionSize size) {
    ImageSize in = size.in();
    ImageSize out = size.convolved();
    long[] places = new long[out.height() * out.width() * size.weights()];
    int next = 0;
    for (int y = 0; y < out.height(); y++) {
      for (int x = 0; x < out.width(); x++) {
        for (int channel = 0; channel < in.channels(); channel++) {
          for (int dy = 0; dy < size.kernel(); dy++) {
            for (int dx = 0; dx < size.kernel(); dx++) {
              places[next++] = place(in, channel, y + dy, x + dx);
            }
          }
        }
      }
    }
    return places;
  }

  private static long place(ImageSize size, int channel, int y, int x) {
    return ((long) channel * size.height() + y) * size.width() + x;
  }

  /**
   * Average pooling of 2 x 2.
   *
   * @param maps (batch, channels, height, width)
   * @return (batch, values)
   */
  String pooled(String name, String maps, ConvolutionSize size) throws ExportException {
    ImageSize out = size.pooled();
    if (precision == Precision.FLOAT32) {
      String pooled =
          graph.node(
              "AveragePool",
              name + ".maps",
              List.of(
                  OnnxGraph.list("kernel_shape", POOL, POOL),
                  OnnxGraph.list("strides", POOL, POOL)),
              maps);
      return graph.node("Reshape", name, pooled, graph.whole(name + ".shape", -1, out.values()));
    }
    ImageSize in = size.convolved();
    String rows =
        graph.node("Reshape", name + ".rows", maps, graph.whole(name + ".in", -1, in.values()));
    long[] places = new long[out.values() * POOL * POOL];
    int next = 0;
    for (int channel = 0; channel < out.channels(); channel++) {
      for (int y = 0; y < out.height(); y++) {
        for (int x = 0; x < out.width(); x++) {
          for (int i = 0; i < POOL * POOL; i++) {
            places[next++] = place(in, channel, POOL * y + i / POOL, POOL * x + i % POOL);
          }
        }
      }
    }
    String patches = gathered(name, rows, places, out.values(), POOL * POOL);
    return graph.node(
        "ReduceMean",
        name,
        List.of(OnnxGraph.list("axes", 2), OnnxGraph.whole("keepdims", 0)),
        patches);
  }

  /** Values of each row by their places: (batch, patches, values of a patch). */
  private String gathered(String name, String rows, long[] places, int patches, int values) {
    return graph.node(
        "Gather",
        name + ".patches",
        List.of(OnnxGraph.whole("axis", 1)),
        rows,
        graph.whole(name + ".places", places, patches, values));
  }

  private String reshaped(String name, String x, ImageSize to) {
    String shape = graph.whole(name + ".shape", -1, to.channels(), to.height(), to.width());
    return graph.node("Reshape", name, x, shape);
  }
}
