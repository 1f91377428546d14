package io.github.batchnormlab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A Python that has torch, and the peer script that it runs. */
final class Python {
  private static final List<String> CANDIDATES = List.of("python3", "/usr/bin/python3");
  private static final String VERSIONS =
      "import platform, torch; print(platform.python_version(), 'torch', torch.__version__)";

  private final String interpreter;
  private final String versions;

  private Python(String interpreter, String versions) {
    this.interpreter = interpreter;
    this.versions = versions;
  }

  /** The first interpreter that can import torch. */
  static Optional<Python> find() {
    for (String interpreter : CANDIDATES) {
      try {
        return Optional.of(
            new Python(interpreter, Child.output(List.of(interpreter, "-c", VERSIONS))));
      } catch (RuntimeException e) {
        // There is no such interpreter, or it has no torch.
      }
    }
    return Optional.empty();
  }

  /** The versions of Python and torch. */
  String versions() {
    return versions;
  }

  /**
   * Trains both arms, one after the other, with one thread and with two, whichever is faster.
   *
   * @param way {@code article} or {@code best}
   * @return milliseconds for an epoch of both
   */
  double millisPerEpoch(String way, int epochs, int warmUp) {
    return List.of("batch-norm", "none").stream()
        .mapToDouble(
            arm ->
                IntStream.of(1, 2)
                    .mapToDouble(threads -> millis(way, arm, epochs, warmUp, threads))
                    .min()
                    .orElseThrow())
        .sum();
  }

  private double millis(String way, String arm, int epochs, int warmUp, int threads) {
    List<String> command = new ArrayList<>(List.of(interpreter, System.getProperty("bench.peer")));
    command.addAll(List.of(way, arm));
    IntStream.of(epochs, warmUp, threads).mapToObj(Integer::toString).forEach(command::add);
    return Double.parseDouble(Child.output(command));
  }
}
