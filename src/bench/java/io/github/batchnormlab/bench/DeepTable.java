package io.github.batchnormlab.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** The table of the deep networks: numbers from N(0, 1), and a target that depends on them. */
final class DeepTable {
  private static final Path FILE = Path.of("target", "bench", "deep.csv");

  private DeepTable() {}

  /** The file, made the first time. */
  static Path file() {
    if (!Files.exists(FILE)) {
      try {
        Files.createDirectories(FILE.getParent());
        write();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return FILE;
  }

  private static void write() throws IOException {
    Random random = new Random(0);
    try (BufferedWriter writer = Files.newBufferedWriter(FILE)) {
      for (int i = 0; i < DeepNetwork.FEATURES; i++) {
        writer.write("x" + i + ",");
      }
      writer.write("y\n");
      for (int row = 0; row < DeepNetwork.TRAIN_ROWS + DeepNetwork.TEST_ROWS; row++) {
        double sum = 0;
        for (int i = 0; i < DeepNetwork.FEATURES; i++) {
          double x = random.nextGaussian();
          sum += Math.sin(i + x);
          writer.write(x + ",");
        }
        writer.write(sum + "\n");
      }
    }
  }
}
