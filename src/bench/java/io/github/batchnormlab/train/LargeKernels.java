package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Activation;

/**
 * The large native kernels of an epoch without batch norm and nothing else, in the shapes and the
 * layout of {@code TanhPerceptron}: what an epoch would take if all else were free.
 *
 * <pre>
 * forward     Z = W X,  A = σ(Z),  Y = V A
 * backward    dA = Vᵀ dY,  dV = dY Aᵀ,  dZ = dA · σ'(Z),  dW = dZ Xᵀ
 * evaluation  Z = W X,  A = σ(Z),  Y = V A,  of the test points
 * </pre>
 *
 * <p>PyTorch's kernel for dA · σ'(Z) reads two arrays and writes one. DJL cannot call it alone, so
 * the product of two arrays stands in for it, which does as much to memory and less arithmetic.
 */
public final class LargeKernels implements AutoCloseable {
  private static final int INPUTS_AND_ONE = 4;
  private static final int HIDDEN = 300;
  private static final int OUTPUTS = 3;

  private final NDManager manager;
  private final NDArray w;
  private final NDArray v;
  private final NDArray x;
  private final NDArray xTransposed;
  private final NDArray testX;
  private final NDArray dY;
  private final NDArray vTransposed;

  /**
   * @param threads PyTorch's threads
   */
  LargeKernels(int threads) {
    manager = Arrays64.start(threads);
    w = random(INPUTS_AND_ONE, HIDDEN).swapAxes(1, 2);
    vTransposed = random(HIDDEN, OUTPUTS);
    v = vTransposed.swapAxes(1, 2);
    x = random(INPUTS_AND_ONE, 1_000);
    xTransposed = x.swapAxes(1, 2);
    testX = random(INPUTS_AND_ONE, 300);
    dY = random(1_000, OUTPUTS).swapAxes(1, 2);
  }

  private NDArray random(long rows, long columns) {
    return Arrays64.normal(manager, 1, rows, columns);
  }

  void epoch() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray a = Activation.sigmoid(w.matMul(x));
      v.matMul(a);
      NDArray dA = vTransposed.matMul(dY);
      dY.matMul(a.swapAxes(1, 2));
      NDArray dZ = dA.mul(a);
      dZ.matMul(xTransposed);
    }
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      v.matMul(Activation.sigmoid(w.matMul(testX)));
    }
  }

  @Override
  public void close() {
    manager.close();
  }

  /**
   * Prints the milliseconds that the kernels of an epoch take.
   *
   * @param args epochs, epochs before them to warm up, and threads
   */
  public static void main(String[] args) {
    int epochs = Integer.parseInt(args[0]);
    int warmUp = Integer.parseInt(args[1]);
    try (LargeKernels kernels = new LargeKernels(Integer.parseInt(args[2]))) {
      for (int i = 0; i < warmUp; i++) {
        kernels.epoch();
      }
      long start = System.nanoTime();
      for (int i = 0; i < epochs; i++) {
        kernels.epoch();
      }
      System.out.println((System.nanoTime() - start) / 1e6 / epochs);
    }
  }
}
