package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Predictions take the same memory for any number of rows, in Java and in PyTorch. */
class PredictMemoryTest {
  private static final int COLUMNS = 20;
  private static final int ROWS = 150_000;
  private static final int FEW_ROWS = 10_000;

  /** The features of all rows would fill it. */
  private static final List<String> SMALL_HEAP =
      List.of("-XX:+UseSerialGC", "-Xms24m", "-Xmx24m", "-XX:+AlwaysPreTouch");

  /** In kB. Of what the rows have outside of Java's heap, the features alone take 24 MB. */
  private static final long MOST_GROWTH = 15_000;

  @TempDir private Path folder;

  @RegisterExtension private final Captured console = new Captured();

  /** Runs the program, and says how much memory the process has had at most. */
  static final class Watched {
    private Watched() {}

    public static void main(String[] args) throws IOException {
      int code = Main.run(args);
      Path status = Path.of("/proc/self/status");
      if (Files.exists(status)) {
        try (Stream<String> lines = Files.lines(status)) {
          lines.filter(line -> line.startsWith("VmHWM:")).forEach(System.out::println);
        }
      }
      System.exit(code);
    }
  }

  @Test
  void aTableThatDoesNotFitIsPredicted() throws Exception {
    Path run = folder.resolve("run");
    String[] study =
        ("--data "
                + table(500)
                + " --target y --arms batch-norm --hidden 16 --epochs 2 --quiet --output "
                + run)
            .split(" ");
    assertEquals(0, Main.run(study), console.err::toString);
    long few = mostKilobytes(run, FEW_ROWS);
    long many = mostKilobytes(run, ROWS);
    assertTrue(many - few < MOST_GROWTH, few + " kB, then " + many + " kB");
  }

  private Path table(int rows) throws IOException {
    Path table = folder.resolve(rows + ".csv");
    SplittableRandom draws = new SplittableRandom(rows);
    try (BufferedWriter out = Files.newBufferedWriter(table)) {
      for (int i = 0; i < COLUMNS; i++) {
        out.write("x" + i + ",");
      }
      out.write("y\n");
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i <= COLUMNS; i++) {
          out.write(Integer.toString(draws.nextInt(1_000)));
          out.write(i < COLUMNS ? ',' : '\n');
        }
      }
    }
    return table;
  }

  /** Predicts; returns what the process has had at most, 0 where the system does not say it. */
  private long mostKilobytes(Path run, int rows) throws Exception {
    Path output = folder.resolve(rows + "-predicted.csv");
    Child child =
        Child.start(
            folder,
            SMALL_HEAP,
            Watched.class,
            List.of(
                "predict", run.toString(), table(rows).toString(), "--output", output.toString()));
    assertEquals(0, child.await(), child.err());
    try (Stream<String> lines = Files.lines(output)) {
      assertEquals(rows + 1, lines.filter(line -> line.split(",").length == COLUMNS + 2).count());
    }
    return child
        .out()
        .lines()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }
}
