package io.github.batchnormlab.run;

import com.sun.management.OperatingSystemMXBean;
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

  /** Copies of all parameters: gradients, moments, the probe's, those on the way to a file. */
  private static final double COPIES_OF_PARAMETERS = 40;

  /** Those of them that are Java's. */
  private static final double JAVA_COPIES_OF_PARAMETERS = 8;

  /** The rows themselves, and twice on the way from Java. */
  private static final double COPIES_OF_ROWS = 3;

  /** The rows as they are drawn, with some room. */
  private static final double JAVA_COPIES_OF_ROWS = 1.5;

  private static final double BYTES = Double.BYTES;
  private static final double GB = 1e9;

  /** What the program takes before any study, in bytes. */
  private static final double BASE = 0.3e9;

  private static final double JAVA_BASE = 0.05e9;

  private final Settings settings;
  private final Sizes sizes;

  private MemoryNeed(Settings settings, Sizes sizes) {
    this.settings = settings;
    this.sizes = sizes;
  }

  /** A setting and how many bytes it is answerable for. */
  private record Part(String setting, Object value, double bytes) {}

  /**
   * Checks that the study fits into what Java may take and into what the machine has.
   *
   * @param sizes how wide its networks are
   * @param onGpu whether the networks are on a GPU, so that only Java's part matters
   * @throws SettingException if not; it names the setting that takes most
   */
  static void check(Settings settings, Sizes sizes, boolean onGpu) {
    var need = new MemoryNeed(settings, sizes);
    double javaLimit = Runtime.getRuntime().maxMemory();
    check(need.javaParts(), JAVA_BASE, javaLimit, "Java may take " + gb(javaLimit) + ", see -Xmx");
    OptionalLong available = available();
    if (!onGpu && available.isPresent()) {
      double limit = available.getAsLong();
      List<Part> parts =
          Stream.concat(need.nativeParts().stream(), Stream.of(losses(settings))).toList();
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
    return String.format(Locale.ROOT, "%.1f GB", bytes / GB);
  }

  private static Part losses(Settings settings) {
    double networks = (double) settings.fit().replicas() * settings.net().arms().size();
    double bytes = 2 * BYTES * settings.fit().epochs() * networks;
    return settings.fit().epochs() >= settings.fit().replicas()
        ? new Part("epochs", settings.fit().epochs(), bytes)
        : new Part("replicas", settings.fit().replicas(), bytes);
  }

  private List<Part> javaParts() {
    return List.of(
        losses(settings),
        rows(JAVA_COPIES_OF_ROWS * bytesOfRows()),
        hidden(JAVA_COPIES_OF_PARAMETERS * bytesOfParameters()));
  }

  private List<Part> nativeParts() {
    boolean inPieces =
        settings.net().arms().stream()
            .allMatch(arm -> Network.create(arm, sizes, settings.net(), 1).takesPieces());
    int trainSize = settings.data().trainSize();
    double rows = inPieces ? Math.min(trainSize, Batch.MOST_ROWS) : trainSize;
    double units = sizes.hidden().units().stream().mapToLong(Integer::longValue).sum();
    double activations = ARRAYS_OF_UNITS * BYTES * rows * units * networksAtOnce();
    return List.of(
        units > rows ? hidden(activations) : new Part("train-size", trainSize, activations),
        hidden(COPIES_OF_PARAMETERS * bytesOfParameters()),
        rows(COPIES_OF_ROWS * bytesOfRows()),
        new Part(
            "replicas",
            settings.fit().replicas(),
            bytesOfRows() * (settings.fit().replicas() - 1)));
  }

  private Part hidden(double bytes) {
    return new Part("hidden", settings.net().hidden(), bytes);
  }

  private Part rows(double bytes) {
    int train = settings.data().trainSize();
    int test = settings.data().testSize();
    return train >= test
        ? new Part("train-size", train, bytes)
        : new Part("test-size", test, bytes);
  }

  /** Features and targets of one replica. */
  private double bytesOfRows() {
    double rows = (double) settings.data().trainSize() + settings.data().testSize();
    return BYTES * rows * (sizes.inputs() + sizes.outputs());
  }

  /** The parameters of all networks that train at the same time. */
  private double bytesOfParameters() {
    return BYTES * sizes.parameters() * networksAtOnce();
  }

  /** Networks that train at the same time. A group is no larger than the cache. */
  private double networksAtOnce() {
    int size = Groups.largest(settings, false);
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
   * Checks that the losses of a run can be read.
   *
   * @return why not, or an empty text
   */
  static String whyNotToRead(Settings settings) {
    double need = losses(settings).bytes() + JAVA_BASE;
    double limit = Runtime.getRuntime().maxMemory();
    return need <= limit ? "" : "needs about " + gb(need) + " of memory to be read";
  }
}
