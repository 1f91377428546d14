package io.github.batchnormlab.data;

import io.github.batchnormlab.study.Missing;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/**
 * Reads, splits and prepares a large table, and says how long that takes: 1,000,000 rows of 20
 * features and a target, or as many as are asked for.
 *
 * <p>{@code -Xmx} bounds the memory, so it is run by itself:
 *
 * <pre>
 * mvn -q -Pbench compile dependency:build-classpath -Dmdep.outputFile=target/bench/class-path
 * java -Xmx400m -cp target/bench/classes:$(cat target/bench/class-path) \
 *     io.github.batchnormlab.data.TableTiming target/bench/numbers.csv [rows] [text columns]
 * </pre>
 *
 * The file is made if it is not there; with {@code .gz} it is compressed. With a fourth argument
 * the rows are read one by one as well, as for predictions.
 */
public final class TableTiming {
  private static final int COLUMNS = 20;
  private static final int CATEGORIES = 4;

  private TableTiming() {}

  /** Makes the table if need be, reads it, and prints a line for each step. */
  public static void main(String[] args) throws IOException, TableException {
    Path path = Path.of(args[0]);
    int rows = args.length > 1 ? Integer.parseInt(args[1]) : 1_000_000;
    int texts = args.length > 2 ? Integer.parseInt(args[2]) : 0;
    if (Files.notExists(path)) {
      make(path, rows, texts);
    }
    System.out.printf(
        Locale.ROOT, "%s: %,d bytes; -Xmx %d MiB%n", path, Files.size(path), max() >> 20);
    TableFile file = new TableFile(path, ',');
    long start = System.nanoTime();
    RawTable table = RawTable.read(file, new Choice(List.of("y"), List.of(), null, Missing.REFUSE));
    say("read", start);
    long between = System.nanoTime();
    Prepared prepared = table.prepare(0, SplitRule.ofShare(0.2), true);
    say("split and prepared", between);
    say("together", start);
    Table train = prepared.split().train();
    double numbers = (train.rows() + prepared.split().test().rows()) * (double) (COLUMNS + 1);
    System.out.printf(
        Locale.ROOT,
        "%,d training rows, %d features; the file's numbers as float64: %.0f MiB, -Xmx is %.2f"
            + " times that%n",
        train.rows(),
        train.features().size(),
        numbers * Double.BYTES / (1 << 20),
        max() / (numbers * Double.BYTES));
    if (args.length > 3) {
      long one = System.nanoTime();
      long[] count = new long[1];
      prepared
          .preprocessing()
          .read(
              file,
              new RowListener() {
                @Override
                public void header(List<String> names, List<String> cells, boolean hasTargets) {}

                @Override
                public void row(List<String> cells, double[] features, double[] targets) {
                  count[0]++;
                }
              });
      say("read one by one, " + count[0] + " rows", one);
    }
  }

  private static long max() {
    return Runtime.getRuntime().maxMemory();
  }

  private static void say(String what, long startNanos) {
    Duration cpu = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    System.out.printf(
        Locale.ROOT,
        "%s: %.2f s; the processor's time since the start of the JVM %.2f s%n",
        what,
        (System.nanoTime() - startNanos) / 1e9,
        cpu.toNanos() / 1e9);
  }

  private static void make(Path path, int rows, int texts) throws IOException {
    SplittableRandom draws = new SplittableRandom(1);
    OutputStream disk = Files.newOutputStream(path);
    if (path.toString().endsWith(".gz")) {
      disk = new GZIPOutputStream(disk, 1 << 16);
    }
    try (PrintStream out =
        new PrintStream(new BufferedOutputStream(disk, 1 << 16), false, StandardCharsets.UTF_8)) {
      for (int i = 0; i < COLUMNS; i++) {
        out.print("x" + i + ",");
      }
      out.print("y\n");
      StringBuilder line = new StringBuilder();
      for (int row = 0; row < rows; row++) {
        line.setLength(0);
        for (int i = 0; i < COLUMNS; i++) {
          if (i < texts) {
            line.append("category ").append(draws.nextInt(CATEGORIES));
          } else {
            line.append(draws.nextDouble(-100, 100));
          }
          line.append(',');
        }
        out.append(line).append(Double.toString(draws.nextDouble())).append('\n');
      }
    }
  }
}
