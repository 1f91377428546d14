package io.github.batchnormlab.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** A Python that has torch, and the peer script that it runs. */
final class Python {
  private static final List<String> CANDIDATES = List.of("python3", "/usr/bin/python3");

  /** The BLAS is known by the library that the process has loaded. */
  private static final String VERSIONS =
      """
      import os, platform, torch
      maps = "/proc/self/maps"
      loaded = {os.path.basename(os.path.realpath(line.split()[-1]))
                for line in (open(maps) if os.path.exists(maps) else ()) if "blas" in line}
      print(platform.python_version(), "torch", torch.__version__,
            "with", ", ".join(sorted(loaded)) or "its own BLAS")
      """;

  private static final List<String> ARMS = List.of("batch-norm", "none");

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
   * Trains both arms, one after the other, with each number of threads, of which the faster counts.
   *
   * @param way {@code article} or {@code best}
   * @return milliseconds for an epoch of both
   */
  double oneByOne(String way, int epochs, int warmUp, int... threads) {
    return ARMS.stream()
        .mapToDouble(
            arm ->
                IntStream.of(threads)
                    .mapToDouble(each -> millis(command(way, arm, epochs, warmUp, each)))
                    .min()
                    .orElseThrow())
        .sum();
  }

  /**
   * Trains both arms at the same time, each in a process of its own with one thread.
   *
   * @param way {@code article} or {@code best}
   * @return milliseconds for an epoch of the slower one
   */
  double atOnce(String way, int epochs, int warmUp) {
    return ARMS.stream()
        .map(
            arm ->
                CompletableFuture.supplyAsync(() -> millis(command(way, arm, epochs, warmUp, 1))))
        .toList()
        .stream()
        .mapToDouble(CompletableFuture::join)
        .max()
        .orElseThrow();
  }

  /**
   * Trains a deep network on one thread.
   *
   * @return milliseconds for an epoch
   */
  double deep(DeepNetwork network, int epochs) {
    List<String> command = command("deep", network.arm(), epochs, Math.max(1, epochs / 5), 1);
    command.addAll(List.of(network.activation(), network.layers(), network.batch()));
    return millis(command);
  }

  /**
   * Trains the convolutional network on images, on two threads.
   *
   * @param images the folder with the four files
   * @return milliseconds for an epoch
   */
  double images(String arm, Path images, int epochs) {
    List<String> command = command("images", arm, epochs, 1, 2);
    command.add(images.toString());
    return millis(command);
  }

  private List<String> command(String way, String arm, int epochs, int warmUp, int threads) {
    List<String> command = new ArrayList<>(List.of(interpreter, System.getProperty("bench.peer")));
    command.addAll(List.of(way, arm));
    IntStream.of(epochs, warmUp, threads).mapToObj(Integer::toString).forEach(command::add);
    command.addAll(
        0, List.of("env", "OPENBLAS_NUM_THREADS=" + threads)); // Torch sets its own only.
    return command;
  }

  private static double millis(List<String> command) {
    return Double.parseDouble(Child.output(command));
  }
}
