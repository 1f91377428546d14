package io.github.batchnormlab.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.github.batchnormlab.study.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** An ONNX graph that grows node by node. Each value is known by its name. */
final class OnnxGraph {
  /** The only axis that has any length: that of the rows. */
  private static final String BATCH = "batch";

  private final GraphProto.Builder graph;
  private final Precision precision;

  /**
   * @param name that of the graph
   * @param precision the type of its numbers where nothing else is said
   */
  OnnxGraph(String name, Precision precision) {
    graph = GraphProto.newBuilder().setName(name);
    this.precision = precision;
  }

  GraphProto build() {
    return graph.build();
  }

  /** Adds the input of (batch, width). */
  String input(String name, int width) {
    graph.addInput(value(name, type(), width));
    return name;
  }

  /** Says that a value of (batch, width) is an output. */
  void output(String name, int width) {
    graph.addOutput(value(name, type(), width));
  }

  /** Says that whole numbers, one for each row, are an output. */
  void indices(String name) {
    graph.addOutput(value(name, TensorProto.DataType.INT64, 0));
  }

  private TensorProto.DataType type() {
    return type(precision);
  }

  private static TensorProto.DataType type(Precision precision) {
    return precision == Precision.FLOAT64
        ? TensorProto.DataType.DOUBLE
        : TensorProto.DataType.FLOAT;
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, int width) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(BATCH));
    if (width > 0) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(width));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }

  /**
   * Adds constants of the graph's type.
   *
   * @param values in float64
   * @param dimensions the lengths of the axes; none for a single number
   * @throws ExportException if the type has no such number: it would be infinite, or a 0 to divide
   *     by
   */
  String constant(String name, double[] values, int... dimensions) throws ExportException {
    return constant(name, precision, values, dimensions);
  }

  /**
   * Adds constants in float64, in one row.
   *
   * @throws ExportException if the graph's type has no such number: what they are for would not
   *     reach it either
   */
  String wideConstant(String name, double[] values) throws ExportException {
    return constant(name, Precision.FLOAT64, values, values.length);
  }

  private String constant(String name, Precision stored, double[] values, int... dimensions)
      throws ExportException {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, stored.bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      if (precision == Precision.FLOAT32) {
        checkReach(name, value);
      }
      if (stored == Precision.FLOAT64) {
        bytes.putDouble(value);
      } else {
        bytes.putFloat((float) value);
      }
    }
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type(stored).getNumber())
            .setRawData(ByteString.copyFrom(bytes.flip()));
    for (int dimension : dimensions) {
      tensor.addDims(dimension);
    }
    graph.addInitializer(tensor);
    return name;
  }

  private static void checkReach(String name, double value) throws ExportException {
    float single = (float) value;
    boolean isDivisor = name.endsWith(OnnxExport.DEVIATION);
    if (Double.isFinite(value) && Float.isInfinite(single) || isDivisor && single == 0) {
      throw new ExportException(
          "The network cannot be exported in float32, which does not reach to "
              + value
              + " ("
              + name
              + ").");
    }
  }

  /** Adds a constant that is a row of whole numbers. */
  String whole(String name, long... values) {
    return whole(name, values, values.length);
  }

  /** Adds constants that are whole numbers. */
  String whole(String name, long[] values, int... dimensions) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.INT64.getNumber());
    for (int dimension : dimensions) {
      tensor.addDims(dimension);
    }
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    graph.addInitializer(tensor);
    return name;
  }

  /** Adds a constant that is one number. */
  String constant(String name, double value) throws ExportException {
    return constant(name, new double[] {value});
  }

  /** Adds a node, which is called as what comes out of it. */
  String node(String operator, String output, String... inputs) {
    return node(operator, output, List.of(), inputs);
  }

  String node(String operator, String output, List<AttributeProto> attributes, String... inputs) {
    graph.addNode(
        NodeProto.newBuilder()
            .setName(output)
            .setOpType(operator)
            .addAllInput(List.of(inputs))
            .addOutput(output)
            .addAllAttribute(attributes));
    return output;
  }

  /** A value of the graph's type in float64. */
  String wide(String name, String value) {
    return precision == Precision.FLOAT64 ? value : cast(name, value, Precision.FLOAT64);
  }

  /** Adds a node that computes in float64, of such values; what comes out has the graph's type. */
  String narrow(String operator, String output, String... inputs) {
    return precision == Precision.FLOAT64
        ? node(operator, output, inputs)
        : cast(output, node(operator, output + ".wide", inputs), precision);
  }

  /** Adds a node that computes in float32, of values of the graph's type. */
  String single(String operator, String output, String input) {
    if (precision == Precision.FLOAT32) {
      return node(operator, output, input);
    }
    String single = cast(output + ".in", input, Precision.FLOAT32);
    return cast(output, node(operator, output + ".single", single), precision);
  }

  private String cast(String name, String value, Precision to) {
    return node("Cast", name, List.of(whole("to", type(to).getNumber())), value);
  }

  /** An attribute that is a whole number. */
  static AttributeProto whole(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  /** An attribute that is a list of whole numbers. */
  static AttributeProto list(String name, long... values) {
    AttributeProto.Builder list =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      list.addInts(value);
    }
    return list.build();
  }

  /** An attribute that is a number. */
  static AttributeProto number(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }
}
