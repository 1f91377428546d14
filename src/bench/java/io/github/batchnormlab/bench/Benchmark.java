package io.github.batchnormlab.bench;

import com.google.gson.JsonObject;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Times the application against its peers and prints a table in Markdown.
 *
 * <p>Each measurement is a process of its own, so that none inherits the heap, the compiled code or
 * the allocator of another. A round takes each once; quotients are formed within a round, so that a
 * machine that is slower for a while is slower for both.
 */
@Command(
    name = "benchmark",
    mixinStandardHelpOptions = true,
    header = "Times the application against its peers and prints a table in Markdown.")
public final class Benchmark implements Callable<Integer> {
  private static final List<Row> ROWS =
      new ArrayList<>(
          List.of(
              Row.quotient(
                  "strongest",
                  "both arms together, against the best plain PyTorch, a process for each at once",
                  "1/3.5",
                  1 / 3.5,
                  "ms",
                  round -> round.together().millisPerEpoch(),
                  Round::pythonAtOnce),
              Row.quotient(
                  "best",
                  "both arms together, against the best plain PyTorch, one after the other on 1 thread",
                  "1/5.5",
                  1 / 5.5,
                  "ms",
                  round -> round.together().millisPerEpoch(),
                  Round::pythonOneByOne),
              Row.quotient(
                  "article",
                  "both arms together, against the article's way in Python",
                  "1/20",
                  1.0 / 20,
                  "ms",
                  round -> round.together().millisPerEpoch(),
                  Round::pythonOfArticle),
              Row.quotient(
                  "book",
                  "both arms together, against DJL by the book (float32)",
                  "1/8",
                  1.0 / 8,
                  "ms",
                  round -> round.together().millisPerEpoch(),
                  Round::djlByTheBook),
              Row.quotient(
                  "kernels",
                  "`none` on 1 thread, against its large native kernels",
                  "1.3",
                  1.3,
                  "ms",
                  round -> round.alone("none").millisPerEpoch(),
                  Round::largeKernels),
              Row.quotient(
                  "norm",
                  "`batch-norm` on 1 thread, against `none` on 1 thread",
                  "1.1",
                  1.1,
                  "ms",
                  round -> round.alone("batch-norm").millisPerEpoch(),
                  round -> round.alone("none").millisPerEpoch()),
              Row.quotient(
                  "float32",
                  "both arms together, float32 against float64",
                  "0.65",
                  0.65,
                  "ms",
                  round -> round.inFloat32().millisPerEpoch(),
                  round -> round.together().millisPerEpoch()),
              Row.single(
                  "steady",
                  "last tenth of 10,000 epochs, against the second tenth",
                  "1.05",
                  1.05,
                  "",
                  round -> round.whole().lastTenthAgainstSecond()),
              Row.quotient(
                  "memory",
                  "resident memory after 10,000 epochs, against after 500",
                  "1.05",
                  1.05,
                  "MB",
                  round -> round.whole().megabytesAfter(1),
                  round -> round.whole().megabytesAfter(0.05)),
              Row.single(
                  "memory",
                  "largest resident memory, report and picture included",
                  "700 MB",
                  700,
                  "MB",
                  round -> round.whole().largestMegabytes()),
              Row.single(
                  "start",
                  "from the start of the JVM to the end of the first epoch",
                  "3 s",
                  3,
                  "s",
                  Round::secondsToFirstEpoch),
              Row.quotient(
                  "points",
                  "time per point, 100,000 training points against 1,000",
                  "1.2",
                  1.2,
                  "ns",
                  round -> round.nanosPerPointAndEpoch(100_000),
                  round -> round.nanosPerPointAndEpoch(1_000)),
              Row.quotient(
                  "points",
                  "time per point, 1,000,000 training points against 1,000",
                  "1.2",
                  1.2,
                  "ns",
                  round -> round.nanosPerPointAndEpoch(1_000_000),
                  round -> round.nanosPerPointAndEpoch(1_000)),
              Row.quotient(
                  "points",
                  "memory beyond the data, 100,000 training points against 1,000",
                  "flat",
                  Double.NaN,
                  "MB",
                  round -> round.megabytesBeyondData(100_000),
                  round -> round.megabytesBeyondData(1_000)),
              Row.quotient(
                  "points",
                  "memory beyond the data, 1,000,000 training points against 1,000",
                  "flat",
                  Double.NaN,
                  "MB",
                  round -> round.megabytesBeyondData(1_000_000),
                  round -> round.megabytesBeyondData(1_000)),
              Row.quotient(
                  "replicas",
                  "time per network and epoch, four replicas against one",
                  "0.95",
                  0.95,
                  "ms",
                  round -> round.fourReplicas().millisPerEpoch(),
                  round -> round.together().millisPerEpoch()),
              Row.quotient(
                  "cores",
                  "two arms at once on 2 threads, against one after the other on 1",
                  "0.75",
                  0.75,
                  "ms",
                  round -> round.together().millisPerEpoch(),
                  round -> round.oneByOne().millisPerEpoch()),
              Row.single(
                  "cores",
                  "largest relative difference of their losses",
                  "rounding",
                  1e-10,
                  "",
                  round -> round.together().lossDifference(round.oneByOne()))));

  static {
    for (String arm : List.of("batch-norm", "layer-norm", "none")) {
      ROWS.add(
          Row.quotient(
              "images",
              "an epoch of 60,000 images, `" + arm + "`, float32, against plain PyTorch",
              "1",
              1,
              "ms",
              round -> round.millisOfImages(arm),
              round -> round.pythonImages(arm)));
      ROWS.add(
          Row.quotient(
              "images",
              "resident memory after its last epoch, against after half of them",
              "1.05",
              1.05,
              "MB",
              round -> round.megabytesOfImages(arm, 1),
              round -> round.megabytesOfImages(arm, 0.5)));
    }
    for (DeepNetwork network : DeepNetwork.ALL) {
      ROWS.add(
          Row.quotient(
              "deep",
              network + ", against plain PyTorch, both on 1 thread",
              "0.8",
              0.8,
              "ms",
              round -> round.deep(network).millisPerEpoch(),
              round -> round.pythonDeep(network)));
    }
    for (DeepNetwork network : DeepNetwork.ALL) {
      if (network.arm().equals("none")) {
        ROWS.add(
            Row.quotient(
                "deep",
                network + ", the matrix products alone, against all of plain PyTorch",
                "",
                Double.NaN,
                "ms",
                round -> round.deepProducts(network),
                round -> round.pythonDeep(network)));
      }
    }
  }

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often everything is measured (${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--whole-rounds",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "In how many of the rounds the studies of 10,000 epochs run (${DEFAULT-VALUE}).")
  private int wholeRounds;

  @Option(
      names = "--quick",
      description = "A tenth of the epochs: to see that everything runs, not to quote.")
  private boolean quick;

  @Option(
      names = "--only",
      paramLabel = "ROW",
      split = ",",
      description =
          "Only these rows: strongest, best, article, book, kernels, norm, float32, steady, memory,"
              + " start, points, replicas, cores, deep, images.")
  private List<String> only;

  /** Runs the benchmark; ends the process with a code other than 0 if something fails. */
  public static void main(String[] args) {
    int code = new CommandLine(new Benchmark()).execute(args);
    if (code != 0) {
      System.exit(code);
    }
  }

  @Override
  public Integer call() {
    List<Row> rows = ROWS.stream().filter(row -> only == null || only.contains(row.id())).toList();
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    Optional<Python> python = Python.find();
    System.err.println("warm-up");
    ApplicationRun first = ApplicationRun.of(200, 2); // also unpacks the engine
    List<Round> taken = new ArrayList<>();
    for (int i = 1; i <= rounds; i++) {
      System.err.println("round " + i + " of " + rounds);
      Round round = new Round(quick, python);
      for (Row row : rows) {
        if (isTaken(row, i)) {
          row.measured().applyAsDouble(round);
          if (row.against() != null) {
            row.against().applyAsDouble(round);
          }
        }
      }
      taken.add(round);
      if (i < rounds) { // If the run is cut short, this much is not lost.
        print(rows, taken, System.err);
      }
    }
    print(rows, taken, System.out);
    System.out.println();
    System.out.println(machine(first.record(), python, load));
    return 0;
  }

  private boolean isTaken(Row row, int round) {
    boolean isWhole = row.id().equals("steady") || row.id().equals("memory");
    return !isWhole || round <= wholeRounds;
  }

  private void print(List<Row> rows, List<Round> taken, PrintStream out) {
    out.println("| what | minimum | median | maximum | target, at most | met | medians |");
    out.println("| --- | --- | --- | --- | --- | --- | --- |");
    for (Row row : rows) {
      List<Round> its =
          taken.stream().filter(round -> isTaken(row, taken.indexOf(round) + 1)).toList();
      double[] measured = its.stream().mapToDouble(row.measured()).toArray();
      double[] against =
          row.against() == null ? null : its.stream().mapToDouble(row.against()).toArray();
      out.println(line(row, measured, against));
    }
  }

  private static String line(Row row, double[] measured, double[] against) {
    double[] values = measured.clone();
    String unit = row.unit().isEmpty() || against != null ? "" : " " + row.unit();
    String medians = "";
    if (against != null) {
      for (int i = 0; i < values.length; i++) {
        values[i] /= against[i];
      }
      medians = number(median(measured)) + " / " + number(median(against)) + " " + row.unit();
    }
    String start = "| " + row.what() + " | ";
    if (Arrays.stream(values).anyMatch(Double::isNaN)) {
      return start + "not measured | | | " + row.target() + " | | |";
    }
    Arrays.sort(values);
    double middle = median(values);
    String met = Double.isNaN(row.bound()) ? "" : middle <= row.bound() ? "yes" : "no";
    return start
        + number(values[0])
        + unit
        + " | "
        + number(middle)
        + unit
        + " | "
        + number(values[values.length - 1])
        + unit
        + " | "
        + row.target()
        + " | "
        + met
        + " | "
        + medians
        + " |";
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Three digits. */
  private static String number(double value) {
    double size = Math.abs(value);
    String format =
        size == 0
            ? "%.0f"
            : size < 1e-3
                ? "%.1e"
                : size < 1 ? "%.3f" : size < 10 ? "%.2f" : size < 100 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, value);
  }

  private String machine(JsonObject run, Optional<Python> python, double load) {
    JsonObject versions = run.getAsJsonObject("versions");
    return List.of(
            rounds
                + " interleaved rounds, of which "
                + Math.min(rounds, wholeRounds)
                + " with 10,000 epochs"
                + (quick ? " (quick: a tenth of the epochs)" : ""),
            run.get("processor").getAsString() + ", load before the start " + number(load),
            run.get("operating_system").getAsString(),
            "Java " + versions.get("java").getAsString(),
            "DJL " + versions.get("djl").getAsString(),
            "PyTorch " + versions.get("pytorch").getAsString(),
            python.map(found -> "Python " + found.versions()).orElse("no python3 with torch"),
            LocalDate.now().toString())
        .stream()
        .collect(Collectors.joining("; ", "Measured: ", "."));
  }
}
