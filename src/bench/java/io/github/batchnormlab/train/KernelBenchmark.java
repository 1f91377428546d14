package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
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

/** PyTorch's large kernels, with 1,000 points and 300 units in float64. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class KernelBenchmark {
  private static final int ROWS = 1_000;
  private static final int UNITS = 300;

  /** PyTorch's threads. */
  @Param({"1", "2"})
  public int threads;

  private NDManager manager;
  private NDArray x;
  private NDArray xColumns;
  private NDArray w;
  private NDArray wColumns;
  private NDArray z;
  private NDArray zColumns;
  private NDArray v;
  private NDArray vColumns;

  /** Makes the operands. */
  @Setup
  public void open() {
    manager = Arrays64.start(threads);
    x = Arrays64.normal(manager, ROWS, 3);
    xColumns = Arrays64.normal(manager, 3, ROWS);
    w = Arrays64.normal(manager, 3, UNITS);
    wColumns = w.transpose();
    z = Arrays64.normal(manager, ROWS, UNITS);
    zColumns = Arrays64.normal(manager, UNITS, ROWS);
    v = Arrays64.normal(manager, UNITS, 3);
    vColumns = v.transpose();
  }

  /** Frees them. */
  @TearDown
  public void close() {
    manager.close();
  }

  /** tanh(z). */
  @Benchmark
  public void tanh() {
    z.tanh().close();
  }

  /** σ(z). */
  @Benchmark
  public void logistic() {
    Activation.sigmoid(z).close();
  }

  /** x W, (1000, 3) times (3, 300). */
  @Benchmark
  public void firstProductBatchByUnits() {
    x.matMul(w).close();
  }

  /** Wᵀ xᵀ, (300, 3) times (3, 1000). */
  @Benchmark
  public void firstProductUnitsByBatch() {
    wColumns.matMul(xColumns).close();
  }

  /** z V, (1000, 300) times (300, 3). */
  @Benchmark
  public void secondProductBatchByUnits() {
    z.matMul(v).close();
  }

  /** Vᵀ zᵀ, (3, 300) times (300, 1000). */
  @Benchmark
  public void secondProductUnitsByBatch() {
    vColumns.matMul(zColumns).close();
  }
}
