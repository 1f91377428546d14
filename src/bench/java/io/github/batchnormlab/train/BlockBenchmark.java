package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.ParameterStore;
import io.github.batchnormlab.engine.Autograd;
import io.github.batchnormlab.nn.BatchNorm;
import io.github.batchnormlab.nn.Linear;
import io.github.batchnormlab.nn.fast.LinearBatchNorm;
import io.github.batchnormlab.nn.fast.TanhPerceptron;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Blocks on a batch of 1,000 points in float64: the definitions and the fast blocks that compute
 * the same. Backward passes start from the sum of the outputs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class BlockBenchmark {
  private static final int ROWS = 1_000;
  private static final int UNITS = 300;

  /** PyTorch's threads. */
  @Param({"1", "2"})
  public int threads;

  /** What is timed. */
  @Param public Kind kind;

  private NDManager manager;
  private ParameterStore store;
  private Block block;
  private NDList inputs;

  /** The blocks. */
  public enum Kind {
    LINEAR,
    /** Batch norm as the definition says. */
    LINEAR_THEN_BATCH_NORM,
    /** Batch norm from the moments of the input. */
    LINEAR_BATCH_NORM,
    /** Linear, tanh, linear, step by step. */
    PERCEPTRON_PLAIN,
    /** The same with the logistic function. */
    PERCEPTRON,
    /** The same with batch norm before the logistic function. */
    PERCEPTRON_WITH_BATCH_NORM
  }

  /** Makes the block and its input. Moments and columns are made in each pass. */
  @Setup
  public void open() {
    manager = Arrays64.start(threads);
    store = new ParameterStore(manager, false);
    NDArray x = Arrays64.normal(manager, ROWS, 3);
    inputs = new NDList(x);
    block =
        switch (kind) {
          case LINEAR -> linear(UNITS);
          case LINEAR_THEN_BATCH_NORM ->
              new SequentialBlock().add(linear(UNITS)).add(BatchNorm.builder().build());
          case LINEAR_BATCH_NORM -> new LinearBatchNorm(linear(UNITS), BatchNorm.builder().build());
          case PERCEPTRON_PLAIN ->
              new SequentialBlock().add(linear(UNITS)).add(Activation.tanhBlock()).add(linear(3));
          case PERCEPTRON -> new TanhPerceptron(linear(UNITS), null, linear(3));
          case PERCEPTRON_WITH_BATCH_NORM ->
              new TanhPerceptron(linear(UNITS), BatchNorm.builder().build(), linear(3));
        };
    block.initialize(manager, DataType.FLOAT64, x.getShape());
    for (var parameter : block.getParameters().values()) {
      parameter.getArray().setRequiresGradient(parameter.requiresGradient());
    }
  }

  /** Frees them. */
  @TearDown
  public void close() {
    manager.close();
  }

  private static Linear linear(int units) {
    return Linear.builder().setUnits(units).build();
  }

  /** Forward in training, without a graph. */
  @Benchmark
  public void forward() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      block.forward(store, inputs, true);
    }
  }

  /** Forward in training, and the gradients of all parameters. */
  @Benchmark
  public void forwardAndBackward() {
    try (NDScope scope = new NDScope();
        Autograd gradients = new Autograd()) {
      scope.suppressNotUsedWarning();
      gradients.backward(block.forward(store, inputs, true).singletonOrThrow().sum());
    }
  }
}
