package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import io.github.batchnormlab.engine.Program;

/**
 * The large native kernels of an epoch without batch norm and nothing else, in the shapes and the
 * layout of {@code TanhPerceptron}: what an epoch would take if all else were free.
 *
 * <pre>
 * forward     Z = W X,  A = σ(Z),  Y = V A
 * backward    dV = dY Aᵀ,  dA = Vᵀ dY,  dZ = dA · σ'(Z),  dW = X dZᵀ
 * evaluation  Z = W X,  A = σ(Z),  Y = V A,  of the test points
 * </pre>
 *
 * <p>The logistic function and dA · σ'(Z) are a kernel each, in place.
 */
public final class LargeKernels implements AutoCloseable {
  private static final int INPUTS_AND_ONE = 4;
  private static final int HIDDEN = 300;
  private static final int OUTPUTS = 3;

  private static final String METHODS =
      """
        def step(arrays, numbers):
          w, v, vTransposed, x, dY = arrays
          a = torch.sigmoid_(torch.bmm(w, x))
          y = torch.bmm(v, a)
          dV = torch.bmm(dY, torch.transpose(a, 1, 2))
          dA = torch.bmm(vTransposed, dY)
          torch.sigmoid_backward(dA, a, grad_input=dA)
          return [y, dV, torch.bmm(x, torch.transpose(dA, 1, 2))]
        def evaluate(arrays, numbers):
          w, v, x = arrays
          return [torch.bmm(v, torch.sigmoid_(torch.bmm(w, x)))]
      """;

  private final NDManager manager;
  private final Program program;
  private final NDArray w;
  private final NDArray v;
  private final NDArray x;
  private final NDArray testX;
  private final NDArray dY;
  private final NDArray vTransposed;

  /**
   * @param threads PyTorch's threads
   */
  LargeKernels(int threads) {
    manager = Arrays64.start(threads);
    program = new Program(manager, METHODS);
    w = random(INPUTS_AND_ONE, HIDDEN).swapAxes(1, 2);
    vTransposed = random(HIDDEN, OUTPUTS);
    v = vTransposed.swapAxes(1, 2);
    x = random(INPUTS_AND_ONE, 1_000);
    testX = random(INPUTS_AND_ONE, 300);
    dY = random(OUTPUTS, 1_000);
  }

  private NDArray random(long rows, long columns) {
    return Arrays64.normal(manager, 1, rows, columns);
  }

  void epoch() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      program.run("step", new NDList(w, v, vTransposed, x, dY));
    }
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      program.run("evaluate", new NDList(w, v, testX));
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
