package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A step of Adam on the parameters of the network with batch norm. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class AdamBenchmark {
  private static final List<long[]> SHAPES =
      List.of(
          new long[] {3, 300},
          new long[] {1, 300},
          new long[] {1, 300},
          new long[] {300, 3},
          new long[] {1, 3});

  private NDManager manager;
  private Adam adam;
  private NDList weights;
  private NDList gradients;
  private NDArray flat;

  /** Makes parameters and gradients. */
  @Setup
  public void open() {
    manager = Arrays64.start(1);
    adam = Adam.create(0.001, manager);
    weights = new NDList();
    gradients = new NDList();
    for (long[] shape : SHAPES) {
      weights.add(Arrays64.normal(manager, shape));
      gradients.add(Arrays64.normal(manager, shape));
    }
    flat = concat(weights);
  }

  /** Frees them. */
  @TearDown
  public void close() {
    manager.close();
  }

  private static NDArray concat(NDList arrays) {
    NDList flat = new NDList();
    arrays.forEach(array -> flat.add(array.reshape(-1)));
    return NDArrays.concat(flat);
  }

  /** One update for each parameter. */
  @Benchmark
  public void perParameter() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      for (int i = 0; i < weights.size(); i++) {
        adam.update("parameter " + i, weights.get(i), gradients.get(i));
      }
    }
  }

  /** One update for all, as the study makes it. */
  @Benchmark
  public void flat() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      adam.update("all", flat, gradients);
    }
  }
}
