package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import io.github.batchnormlab.engine.Program;
import java.util.ArrayList;
import java.util.List;

/**
 * The matrix products of an epoch of a deep network and nothing else, in the shapes and the layout
 * of {@code DeepGradient}: what an epoch would take if all else were free.
 *
 * <pre>
 * forward     Z = H W,  of the training rows and of those to evaluate
 * backward    dW = Hᵀ dZ,  dH = dZ Wᵀ  (not of the first layer)
 * </pre>
 */
public final class DeepProducts {
  private static final String METHODS =
      """
        def forward(arrays, numbers):
          # k times H W Z
          for i in range(len(arrays) // 5):
            h, w, z = arrays[5 * i:5 * i + 3]
            torch.bmm(h, w, out=z)
          return arrays[:1]
        def backward(arrays, numbers):
          # k times H W Z dH dW
          for i in range(len(arrays) // 5):
            h, w, z, ofH, ofW = arrays[5 * i:5 * i + 5]
            torch.bmm(torch.transpose(h, 1, 2), z, out=ofW)
            if i > 0:
              torch.bmm(z, torch.transpose(w, 1, 2), out=ofH)
          return arrays[:1]
      """;

  private DeepProducts() {}

  /** All layers' H W Z dH dW for a number of rows. */
  private static NDList arrays(NDManager manager, List<Integer> widths, int rows) {
    NDList arrays = new NDList();
    for (int i = 1; i < widths.size(); i++) {
      int in = widths.get(i - 1);
      int out = widths.get(i);
      arrays.add(normal(manager, rows, in));
      arrays.add(normal(manager, in, out));
      arrays.add(normal(manager, rows, out));
      arrays.add(normal(manager, rows, in));
      arrays.add(normal(manager, in, out));
    }
    return arrays;
  }

  private static NDArray normal(NDManager manager, int rows, int columns) {
    return Arrays64.normal(manager, 1, rows, columns);
  }

  /**
   * Prints the milliseconds that the products of an epoch take on one thread.
   *
   * @param args inputs, units of a hidden layer, hidden layers, training rows, rows of a batch or a
   *     piece, rows to evaluate, rows of a piece of those, epochs
   */
  public static void main(String[] args) {
    int[] of = new int[args.length];
    for (int i = 0; i < args.length; i++) {
      of[i] = Integer.parseInt(args[i]);
    }
    List<Integer> widths = new ArrayList<>(List.of(of[0]));
    for (int i = 0; i < of[2]; i++) {
      widths.add(of[1]);
    }
    widths.add(1);
    try (NDManager manager = Arrays64.start(1)) {
      Program program = new Program(manager, METHODS);
      NDList steps = arrays(manager, widths, of[4]);
      NDList tests = arrays(manager, widths, of[6]);
      Runnable epoch =
          () -> {
            for (int row = 0; row < of[3]; row += of[4]) {
              run(program, "forward", steps);
              run(program, "backward", steps);
            }
            for (int row = 0; row < of[5]; row += of[6]) {
              run(program, "forward", tests);
            }
          };
      epoch.run();
      long start = System.nanoTime();
      for (int i = 0; i < of[7]; i++) {
        epoch.run();
      }
      System.out.println((System.nanoTime() - start) / 1e6 / of[7]);
    }
  }

  private static void run(Program program, String method, NDList arrays) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      program.run(method, arrays);
    }
  }
}
