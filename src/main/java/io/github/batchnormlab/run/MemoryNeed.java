package io.github.batchnormlab.run;

import com.sun.management.OperatingSystemMXBean;
import io.github.batchnormlab.data.Source;
import io.github.batchnormlab.model.Batch;
import io.github.batchnormlab.model.Network;
import io.github.batchnormlab.model.Sizes;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * About how much memory a study takes, so that one which cannot end well is refused before it
 * begins. The factors were measured on studies of which one part outweighs the others; they are
 * rounded up.
 */
final class MemoryNeed {
  /** Float64 arrays of the hidden units of a batch that a forward and backward pass holds. */
  private static final double ARRAYS_OF_UNITS = 12;

  /** The same where batch norm is computed step by step, on all rows at once. */
  private static final double ARRAYS_OF_DEFINITIONS = 18;

  /** Copies of all parameters: gradients, moments, the probe's, those on the way to a file. */
  private static final double COPIES_OF_PARAMETERS = 40;

  /** Those of them that are Java's. */
  private static final double JAVA_COPIES_OF_PARAMETERS = 8;

  /** The rows themselves, and twice on the way from Java. */
  private static final double COPIES_OF_ROWS = 3;

  /** The rows as they are drawn, with some room. */
  private static final double JAVA_COPIES_OF_ROWS = 1.5;

  /** A table as it was read, and what is made of it for a replica. */
  private static final double JAVA_COPIES_OF_A_TABLE = 2.1;

  /** Images are bytes there, and float64 in parts only. */
  private static final double JAVA_COPIES_OF_IMAGES = 0.3;

  /**
   * Blocks are arrays that the collector gives whole regions, of which some of the last is lost.
   */
  private static final double JAVA_COPIES_OF_BLOCKS = 1.35;

  private static final double BYTES = Double.BYTES;
  private static final double GB = 1e9;

  /** What the program takes before any study, in bytes. */
  private static final double BASE = 0.3e9;

  private static final double JAVA_BASE = 0.05e9;

  /** What an array of losses takes that holds none, with the objects that lead to it. */
  private static final double BYTES_OF_ARRAY = 120;

  private final Settings settings;
  private final Sizes sizes;

  private final int trainRows;
  private final int testRows;

  /** How many metrics an epoch has. */
  private final int metrics;

  /** How many numbers all rows are, and those of a replica, where they are in blocks of Java's. */
  private final double rawNumbers;

  private final double preparedNumbers;

  private MemoryNeed(Settings settings, Source source, Sizes sizes, boolean isSpread) {
    this.settings = settings;
    this.sizes = sizes;
    boolean inBlocks = settings.machine().blocks() && !isSpread;
    double rows = inBlocks ? (double) source.trainRows() + source.testRows() : 0;
    rawNumbers =
        rows * (sizes.inputs() + source.facts().map(facts -> facts.targets().size()).orElse(0));
    preparedNumbers = rows * (sizes.inputs() + sizes.outputs());
    trainRows = here(source.trainRows());
    testRows = here(source.testRows());
    metrics = source.facts().map(facts -> facts.metrics().size()).orElse(0);
  }

  /** How many of some rows are outside of blocks. */
  private int here(int rows) {
    return settings.machine().blocks() ? Math.min(rows, Batch.MOST_ROWS) : rows;
  }

  /** A setting and how many bytes it is answerable for. */
  private record Part(String setting, Object value, double bytes) {}

  /**
   * Checks that the study fits into what Java may take and into what the machine has.
   *
   * @param source the rows
   * @param sizes how wide its networks are
   * @param onGpu whether the networks are on a GPU, so that only Java's part matters
   * @param isSpread whether the rows are on a cluster, and only what is known of them is here
   * @param studies how many studies run at the same time, each of which may take its part
   * @throws SettingException if not; it names the setting that takes most
   */
  static void check(
      Settings settings, Source source, Sizes sizes, boolean onGpu, boolean isSpread, int studies) {
    var need = new MemoryNeed(settings, source, sizes, isSpread);
    double javaLimit = (double) Runtime.getRuntime().maxMemory() / studies;
    check(need.javaParts(), JAVA_BASE, javaLimit, "Java may take " + gb(javaLimit) + ", see -Xmx");
    OptionalLong available = available();
    if (!onGpu && available.isPresent()) {
      double limit = (double) available.getAsLong() / studies;
      List<Part> parts =
          Stream.concat(need.nativeParts().stream(), Stream.of(need.losses())).toList();
      check(parts, BASE, limit, gb(limit) + " are available");
    }
  }

  private static void check(List<Part> parts, double base, double limit, String available) {
    double need = base + parts.stream().mapToDouble(Part::bytes).sum();
    if (need > limit) {
      Part largest = parts.stream().max(Comparator.comparingDouble(Part::bytes)).orElseThrow();
      throw new SettingException(
          largest.setting(),
          largest.value(),
          "must be smaller here, where the study needs about "
              + gb(need)
              + " of memory and "
              + available);
    }
  }

  private static String gb(double bytes) {
    return String.format(Locale.ROOT, "%.2f GB", bytes / GB);
  }

  /** Losses and metrics. */
  private Part losses() {
    double bytes = bytesOfLosses(settings, metrics);
    return settings.fit().epochs() >= settings.fit().replicas()
        ? new Part("epochs", settings.fit().epochs(), bytes)
        : new Part("replicas", settings.fit().replicas(), bytes);
  }

  private List<Part> javaParts() {
    return List.of(
        losses(),
        rows(javaCopies() * bytesOfRows(1) + bytesOfBlocks(rawNumbers + preparedNumbers)),
        new Part(
            "replicas",
            settings.fit().replicas(),
            bytesOfBlocks(preparedNumbers) * (settings.fit().replicas() - 1)),
        convolutions(JAVA_COPIES_OF_PARAMETERS * bytesOf(sizes.parametersOfConvolutions())),
        hidden(JAVA_COPIES_OF_PARAMETERS * bytesOf(otherParameters())));
  }

  private static double bytesOfBlocks(double numbers) {
    return JAVA_COPIES_OF_BLOCKS * BYTES * numbers;
  }

  private double javaCopies() {
    return switch (settings.kind()) {
      case POINTS -> JAVA_COPIES_OF_ROWS;
      case TABLE -> JAVA_COPIES_OF_A_TABLE;
      case IMAGES -> JAVA_COPIES_OF_IMAGES;
    };
  }

  private List<Part> nativeParts() {
    List<Network> networks =
        settings.net().arms().stream().map(arm -> Network.create(arm, sizes, settings, 1)).toList();
    boolean inPieces = networks.stream().allMatch(Network::takesPieces);
    int batch = settings.fit().batchSize().most(trainRows);
    double rows = inPieces ? Math.min(batch, Batch.MOST_ROWS) : batch;
    double arrays =
        networks.stream().allMatch(Network::isByKernels) ? ARRAYS_OF_UNITS : ARRAYS_OF_DEFINITIONS;
    double units = arrays * rows * bytesOf(sizes.units());
    double maps = arrays * rows * bytesOf(sizes.maps());
    // The maps of one image count as so many images as have their size.
    boolean areMany = sizes.maps() / sizes.inputs() > rows;
    return List.of(
        sizes.units() > rows ? hidden(units) : batch(units),
        areMany ? convolutions(maps) : batch(maps),
        convolutions(COPIES_OF_PARAMETERS * bytesOf(sizes.parametersOfConvolutions())),
        hidden(COPIES_OF_PARAMETERS * bytesOf(otherParameters())),
        rows((settings.kind() == Settings.Kind.IMAGES ? 1 : COPIES_OF_ROWS) * bytesOfRows()),
        new Part(
            "replicas",
            settings.fit().replicas(),
            bytesOfRows() * (settings.fit().replicas() - 1)));
  }

  /** Those of all networks. */
  private static double bytesOfLosses(Settings settings, int metrics) {
    double networks = (double) settings.fit().replicas() * settings.net().arms().size();
    return (2.0 + metrics) * networks * (BYTES * settings.fit().epochs() + BYTES_OF_ARRAY);
  }

  private Part hidden(double bytes) {
    return new Part("hidden", settings.net().hidden(), bytes);
  }

  private Part convolutions(double bytes) {
    return new Part("conv", settings.net().conv(), bytes);
  }

  private Part batch(double bytes) {
    return settings.fit().batchSize().isFull()
        ? new Part("train-size", settings.data().trainSize(), bytes)
        : new Part("batch-size", settings.fit().batchSize(), bytes);
  }

  private Part rows(double bytes) {
    if (settings.hasData()) {
      return new Part("data", settings.table().data(), bytes);
    }
    return trainRows >= testRows
        ? new Part("train-size", settings.data().trainSize(), bytes)
        : new Part("test-size", settings.data().testSize(), bytes);
  }

  /** Features and targets of one replica, where they are trained on. */
  private double bytesOfRows() {
    // With mini-batches, the rows of an epoch stand in their own order beside the others.
    boolean inOrder =
        settings.fit().batchSize().isFull() || settings.kind() == Settings.Kind.IMAGES;
    return bytesOfRows(inOrder ? 1 : 2);
  }

  private double bytesOfRows(int copiesOfTraining) {
    double rows = (double) copiesOfTraining * trainRows + testRows;
    return BYTES * rows * (sizes.inputs() + sizes.outputs());
  }

  private double otherParameters() {
    return sizes.parameters() - sizes.parametersOfConvolutions();
  }

  /** Some values of each of the networks that train at the same time. */
  private double bytesOf(double values) {
    return BYTES * values * networksAtOnce();
  }

  /** Networks that train at the same time. A group is no larger than the cache. */
  private double networksAtOnce() {
    int size = Groups.largest(settings, trainRows, false);
    double groups = Math.ceil((double) settings.fit().replicas() / size);
    long trainings = (long) groups * settings.net().arms().size();
    return (double) size * Threads.divide(settings, trainings).atOnce();
  }

  /** What the machine, or the container, has left in bytes, as far as the system says. */
  private static OptionalLong available() {
    Path info = Path.of("/proc/meminfo");
    if (!Files.isReadable(info)) {
      return OptionalLong.empty();
    }
    try (Stream<String> lines = Files.lines(info)) {
      return lines
          .filter(line -> line.startsWith("MemAvailable:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .map(free -> Math.min(free, total()))
          .findFirst();
    } catch (IOException | UncheckedIOException e) {
      return OptionalLong.empty();
    }
  }

  /** All memory of the machine, or what a container may take of it. */
  private static long total() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Long.MAX_VALUE;
  }

  /**
   * Checks that the losses and metrics of a run can be read.
   *
   * @param metrics how many metrics an epoch has
   * @return why not, or an empty text
   */
  static String whyNotToRead(Settings settings, int metrics) {
    double need = bytesOfLosses(settings, metrics) + JAVA_BASE;
    double limit = Runtime.getRuntime().maxMemory();
    return need <= limit ? "" : "needs about " + gb(need) + " of memory to be read";
  }
}
