package io.github.batchnormlab.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.engine.Engine;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Map;
import java.util.stream.IntStream;

/** An exported network in ONNX Runtime. */
public final class OnnxSession implements AutoCloseable {
  private final OrtEnvironment environment = environment();
  private final OrtSession session;

  /** There is one for all of a process, and DJL's engine insists on making it. */
  private static OrtEnvironment environment() {
    assertEquals("OnnxRuntime", Engine.getEngine("OnnxRuntime").getEngineName());
    return OrtEnvironment.getEnvironment();
  }

  /** Starts a session on one thread. */
  public OnnxSession(byte[] model) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      session = environment.createSession(model, options);
    }
  }

  /** What the model says of itself. */
  public Map<String, String> metadata() throws OrtException {
    return session.getMetadata().getCustomMetadata();
  }

  /** The type of the input. */
  public OnnxJavaType type() throws OrtException {
    return ((TensorInfo) session.getInputInfo().get("features").getInfo()).type;
  }

  /**
   * Runs the network on rows.
   *
   * @param output which of its outputs
   * @param features not standardized, row by row
   */
  public double[] run(String output, double[] features, int rows) throws OrtException {
    long[] shape = {rows, features.length / rows};
    try (OnnxTensor input = tensor(features, shape);
        OrtSession.Result result = session.run(Map.of("features", input))) {
      return values(result.get(output).orElseThrow());
    }
  }

  private OnnxTensor tensor(double[] values, long[] shape) throws OrtException {
    if (type() == OnnxJavaType.DOUBLE) {
      return OnnxTensor.createTensor(environment, DoubleBuffer.wrap(values), shape);
    }
    float[] singles = new float[values.length];
    IntStream.range(0, singles.length).forEach(i -> singles[i] = (float) values[i]);
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(singles), shape);
  }

  private static double[] values(OnnxValue value) {
    OnnxTensor tensor = (OnnxTensor) value;
    return switch (tensor.getInfo().type) {
      case DOUBLE -> tensor.getDoubleBuffer().array();
      case FLOAT -> {
        FloatBuffer singles = tensor.getFloatBuffer();
        yield IntStream.range(0, singles.limit()).mapToDouble(singles::get).toArray();
      }
      default -> {
        LongBuffer whole = tensor.getLongBuffer();
        yield IntStream.range(0, whole.limit()).mapToDouble(whole::get).toArray();
      }
    };
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }

  /** The largest relative difference of numbers from those that are expected. */
  public static double difference(double[] expected, double[] found) {
    return difference(expected, found, expected.length);
  }

  /**
   * The same, but relative to the largest number of a column: float32 has so many digits of a sum,
   * and fewer of what is left where its parts cancel.
   *
   * @param columns how many there are in a row
   */
  public static double difference(double[] expected, double[] found, int columns) {
    assertEquals(expected.length, found.length);
    double[] largest = new double[columns];
    for (int i = 0; i < expected.length; i++) {
      largest[i % columns] = Math.max(largest[i % columns], Math.abs(expected[i]));
    }
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs(expected[i] - found[i]) / largest[i % columns];
      worst = Math.max(worst, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
    }
    return worst;
  }
}
