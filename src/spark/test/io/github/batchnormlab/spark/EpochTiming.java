package io.github.batchnormlab.spark;

import io.github.batchnormlab.run.Checkpoints;
import io.github.batchnormlab.run.Cluster;
import io.github.batchnormlab.run.Study;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Times an epoch in one process on one thread, on one worker and on two, in turn; and what an epoch
 * costs where there is almost nothing to compute. Arguments: a folder, rows, epochs, rounds, and
 * perhaps the units of the hidden layers.
 */
final class EpochTiming {
  /** The first epochs start engines and compilers. */
  private static final int WARM_UP = 2;

  /** Doubles that travel for 300 units behind three features, with batch norm and three targets. */
  private static final int TO_A_WORKER = 3_303;

  private static final int TO_THE_DRIVER = 2_408;

  private static final int MORE_TASKS = 128;
  private static final int JOBS = 60;

  private EpochTiming() {}

  /** Takes the times of epochs. */
  private static final class Clock implements StudyListener {
    final List<Double> seconds = new ArrayList<>();
    private long last = System.nanoTime();
    double reading;

    @Override
    public void dataFound(DataFacts facts) {
      reading = sinceLast();
    }

    @Override
    public void epochEnded(
        Arm arm, Replicas replicas, int epoch, double trainLoss, double testLoss) {
      double took = sinceLast();
      if (epoch >= WARM_UP) {
        seconds.add(took);
      }
    }

    private double sinceLast() {
      long now = System.nanoTime();
      double took = (now - last) / 1e9;
      last = now;
      return took;
    }

    double median() {
      Collections.sort(seconds);
      return seconds.get(seconds.size() / 2);
    }
  }

  private static Settings settings(Path file, String hidden, int epochs, boolean blocks) {
    return Settings.parse(
        Map.of(
            "data",
            file.toString(),
            "target",
            "x,y,lv",
            "arms",
            "batch-norm",
            "hidden",
            hidden,
            "epochs",
            Integer.toString(epochs),
            "threads",
            "1",
            "blocks",
            Boolean.toString(blocks)));
  }

  /** The article's points, six numbers a row. */
  private static Path table(Path folder, int rows) throws IOException {
    Path file = folder.resolve("rows-" + rows + ".csv");
    if (Files.exists(file)) {
      return file;
    }
    Random random = new Random(1);
    try (BufferedWriter text = Files.newBufferedWriter(file)) {
      text.write("r,g,b,x,y,lv\n");
      for (int i = 0; i < rows; i++) {
        double r = 2 * random.nextDouble() - 1;
        double g = 2 * random.nextDouble() - 1;
        double b = 2 * random.nextDouble() - 1;
        double x = r + 2 * g + 3 * b;
        double y = r * r + 2 * g * g + 3 * b * b;
        double lv = -3 * r - 4 * g - 5 * b;
        text.write(r + "," + g + "," + b + "," + x + "," + y + "," + lv + "\n");
      }
    }
    return file;
  }

  private static double time(String what, Settings settings, Cluster cluster) throws Exception {
    Clock clock = new Clock();
    Study.run(settings, null, Checkpoints.none(), "", clock, 1, cluster);
    System.out.printf(
        Locale.ROOT,
        "%-24s read in %5.1f s, epoch %8.4f s (%.4f to %.4f)%n",
        what,
        clock.reading,
        clock.median(),
        clock.seconds.get(0),
        clock.seconds.get(clock.seconds.size() - 1));
    System.out.flush();
    return clock.median();
  }

  /** Seconds of a job whose tasks get and give as much as those of an epoch, and do nothing. */
  private static double jobs(JavaSparkContext spark, int tasks) {
    double[] weights = new double[TO_A_WORKER];
    JavaRDD<Integer> blocks = spark.parallelize(Collections.nCopies(tasks, 0), tasks);
    List<Double> seconds = new ArrayList<>();
    for (int job = 0; job < JOBS; job++) {
      long start = System.nanoTime();
      blocks.map(block -> Arrays.copyOf(weights, TO_THE_DRIVER)).collect();
      seconds.add((System.nanoTime() - start) / 1e9);
    }
    Collections.sort(seconds.subList(JOBS / 2, JOBS)); // The first ones start compilers.
    return seconds.get(3 * JOBS / 4);
  }

  /** The resident memory of the executors of a cluster in MB. */
  private static List<Long> resident(StandaloneCluster machines) throws IOException {
    List<Long> all = new ArrayList<>();
    for (Process worker : machines.workers()) {
      for (ProcessHandle executor : worker.descendants().toList()) {
        Path status = Path.of("/proc/" + executor.pid() + "/status");
        try (Stream<String> lines = Files.lines(status)) {
          lines
              .filter(line -> line.startsWith("VmRSS:"))
              .forEach(line -> all.add(Long.parseLong(line.replaceAll("\\D", "")) / 1000));
        }
      }
    }
    return all;
  }

  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[0]));
    int rows = Integer.parseInt(args[1]);
    int epochs = Integer.parseInt(args[2]) + WARM_UP;
    int rounds = Integer.parseInt(args[3]);
    String hidden = args.length > 4 ? args[4] : "300";
    Path file = table(folder, rows);
    Path small = table(folder, 5_000);
    try (StandaloneCluster one = StandaloneCluster.start(folder.resolve("one"), 1, 1);
        StandaloneCluster two = StandaloneCluster.start(folder.resolve("two"), 2, 1)) {
      try (Cluster cluster = Cluster.open(two.url())) {
        double tiny = time("1 task, 1 unit", settings(small, "1", 102, true), cluster);
        System.out.printf(Locale.ROOT, "an epoch of almost nothing: %.1f ms%n", 1e3 * tiny);
      }
      try (JavaSparkContext spark = Connection.open(two.url(), "timing")) {
        double few = jobs(spark, 2);
        double many = jobs(spark, 2 + MORE_TASKS);
        System.out.printf(
            Locale.ROOT,
            "a job of 2 tasks %.1f ms, each task more %.2f ms%n",
            1e3 * few,
            1e3 * (many - few) / MORE_TASKS);
      }
      for (int round = 0; round < rounds; round++) {
        double alone = time("one process", settings(file, hidden, epochs, false), null);
        double onTwo;
        double onOne;
        try (Cluster cluster = Cluster.open(two.url())) {
          onTwo = time("two workers", settings(file, hidden, epochs, true), cluster);
          System.out.println("resident, MB: " + resident(two));
        }
        try (Cluster cluster = Cluster.open(one.url())) {
          onOne = time("one worker", settings(file, hidden, epochs, true), cluster);
          System.out.println("resident, MB: " + resident(one));
        }
        System.out.printf(
            Locale.ROOT,
            "two workers / one process %.3f, two / one worker %.3f, one worker / one process %.3f%n",
            onTwo / alone,
            onTwo / onOne,
            onOne / alone);
      }
    }
  }
}
