package io.github.batchnormlab.bench;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.batchnormlab.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One run of the application, as a user starts it, watched from outside: the lines of its progress
 * with the time they came, and its resident memory.
 *
 * <p>The application prints a line for each tenth of an arm's epochs.
 */
final class ApplicationRun {
  private static final Pattern LINE =
      Pattern.compile("(?<arm>\\S+) +epoch (?<epoch>\\d+)/(?<epochs>\\d+) .*");
  private static final long SAMPLE_INTERVAL_MILLIS = 20;

  /** The first fifth of the epochs warms the JVM up. */
  private static final double WARM_UP = 0.2;

  private static final int LOSS_COLUMNS_FROM = 3;

  private final boolean isOneAfterTheOther;
  private final long startNanos;
  private final Map<String, TreeMap<Integer, Long>> arms;
  private final TreeMap<Long, Double> megabytes;
  private final List<double[]> losses;
  private final JsonObject record;

  private ApplicationRun(
      boolean isOneAfterTheOther,
      long startNanos,
      Map<String, TreeMap<Integer, Long>> arms,
      TreeMap<Long, Double> megabytes,
      List<double[]> losses,
      JsonObject record) {
    this.isOneAfterTheOther = isOneAfterTheOther;
    this.startNanos = startNanos;
    this.arms = arms;
    this.megabytes = megabytes;
    this.losses = losses;
    this.record = record;
  }

  /**
   * Runs the application to its end.
   *
   * @param epochs steps
   * @param threads processor threads
   * @param options more options of its command line
   */
  static ApplicationRun of(int epochs, int threads, String... options) {
    try {
      Path folder = Files.createTempDirectory("batchnorm-lab-bench");
      try {
        List<String> command =
            Child.javaAsInMaven(
                Main.class, "--epochs", epochs, "--threads", threads, "--output", folder);
        command.addAll(List.of(options));
        return watch(command, threads == 1, folder);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ApplicationRun watch(List<String> command, boolean isOneAfterTheOther, Path folder)
      throws IOException {
    long start = System.nanoTime();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    Sampler sampler = new Sampler(process);
    sampler.start();
    Map<String, TreeMap<Integer, Long>> arms = new TreeMap<>();
    StringBuilder output = new StringBuilder();
    try (BufferedReader reader = process.inputReader()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        long now = System.nanoTime();
        output.append(line).append('\n');
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
          arms.computeIfAbsent(matcher.group("arm"), arm -> new TreeMap<>())
              .put(Integer.valueOf(matcher.group("epoch")), now);
        }
      }
    }
    try {
      int code = process.waitFor();
      sampler.join();
      if (code != 0 || arms.isEmpty()) {
        throw new IllegalStateException(
            "The application ended with code " + code + " and printed:\n" + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return new ApplicationRun(
        isOneAfterTheOther,
        start,
        arms,
        sampler.megabytes,
        readLosses(folder),
        JsonParser.parseString(Files.readString(folder.resolve("run.json"))).getAsJsonObject());
  }

  /** From the start of the process to the first line. */
  double secondsToFirstLine() {
    long first =
        arms.values().stream()
            .mapToLong(lines -> lines.firstEntry().getValue())
            .min()
            .orElseThrow();
    return (first - startNanos) / 1e9;
  }

  /**
   * Milliseconds for an epoch of all arms: of the slowest one where they run at the same time, of
   * all together where they run one after the other.
   */
  double millisPerEpoch() {
    var millis = arms.values().stream().mapToDouble(lines -> millis(lines, WARM_UP, 1));
    return isOneAfterTheOther ? millis.sum() : millis.max().orElseThrow();
  }

  /**
   * Time per epoch in the last tenth against the second. Only the arm that ends first had company
   * all the time, so the other one does not count.
   */
  double lastTenthAgainstSecond() {
    TreeMap<Integer, Long> first =
        arms.values().stream()
            .min(Comparator.comparing(lines -> lines.lastEntry().getValue()))
            .orElseThrow();
    return millis(first, 0.9, 1) / millis(first, 0.1, 0.2);
  }

  private static double millis(TreeMap<Integer, Long> lines, double from, double to) {
    int epochs = lines.lastKey();
    var first = lines.ceilingEntry((int) Math.ceil(from * epochs));
    var last = lines.ceilingEntry((int) Math.ceil(to * epochs));
    return (last.getValue() - first.getValue()) / 1e6 / (last.getKey() - first.getKey());
  }

  /**
   * Resident memory in MB when the share of the epochs is done, between two lines by interpolation;
   * NaN where the system has no {@code /proc}.
   */
  double megabytesAfter(double share) {
    long time =
        arms.values().stream().mapToLong(lines -> timeAfter(lines, share)).max().orElseThrow();
    var sample = megabytes.floorEntry(time);
    return sample == null ? Double.NaN : sample.getValue();
  }

  private long timeAfter(TreeMap<Integer, Long> lines, double share) {
    double epoch = share * lines.lastKey();
    var after = lines.ceilingEntry((int) Math.ceil(epoch));
    var before = lines.floorEntry((int) Math.floor(epoch));
    if (before == null) {
      // The time before the first line includes the start of the JVM: the sample comes too early,
      // which is on the safe side, because memory grows.
      before = Map.entry(0, startNanos);
    }
    if (after.getKey().equals(before.getKey())) {
      return after.getValue();
    }
    double part = (epoch - before.getKey()) / (after.getKey() - before.getKey());
    return before.getValue() + Math.round(part * (after.getValue() - before.getValue()));
  }

  /** The largest resident memory in MB from start to end, report and picture included. */
  double largestMegabytes() {
    return megabytes.values().stream().mapToDouble(mb -> mb).max().orElse(Double.NaN);
  }

  /** The largest relative difference of any loss between two runs. */
  double lossDifference(ApplicationRun other) {
    double largest = 0;
    for (int row = 0; row < losses.size(); row++) {
      double[] ours = losses.get(row);
      double[] theirs = other.losses.get(row);
      for (int i = 0; i < ours.length; i++) {
        largest = Math.max(largest, Math.abs(ours[i] / theirs[i] - 1));
      }
    }
    return largest;
  }

  /** The machine and the versions, as the application wrote them into {@code run.json}. */
  JsonObject record() {
    return record;
  }

  /** The losses in {@code losses.csv}, behind arm, replica and epoch. */
  private static List<double[]> readLosses(Path folder) throws IOException {
    try (Stream<String> lines = Files.lines(folder.resolve("losses.csv"))) {
      return lines
          .skip(1)
          .map(
              line ->
                  Stream.of(line.split(","))
                      .skip(LOSS_COLUMNS_FROM)
                      .mapToDouble(Double::parseDouble)
                      .toArray())
          .toList();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** Reads a process's resident memory as long as it lives. */
  private static final class Sampler extends Thread {
    private final Process process;
    private final Path status;
    private final TreeMap<Long, Double> megabytes = new TreeMap<>();

    Sampler(Process process) {
      super("sampler");
      this.process = process;
      status = Path.of("/proc", Long.toString(process.pid()), "status");
      setDaemon(true);
    }

    @Override
    public void run() {
      while (process.isAlive()) {
        try (Stream<String> lines = Files.lines(status)) {
          lines
              .filter(line -> line.startsWith("VmRSS:"))
              .findFirst()
              .map(line -> Double.parseDouble(line.replaceAll("\\D", "")) * 1024 / 1e6)
              .ifPresent(mb -> megabytes.put(System.nanoTime(), mb));
          sleep(SAMPLE_INTERVAL_MILLIS);
        } catch (IOException | UncheckedIOException e) {
          return; // No such system, or the process has just ended.
        } catch (InterruptedException e) {
          return;
        }
      }
    }
  }
}
