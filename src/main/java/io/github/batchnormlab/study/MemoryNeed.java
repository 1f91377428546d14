package io.github.batchnormlab.study;

import com.sun.management.OperatingSystemMXBean;
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

  /** Parameters and running statistics of a hidden unit, with batch norm. */
  private static final double PARAMETERS_OF_A_UNIT = 11;

  /** Coordinates and targets of a point. */
  private static final double NUMBERS_OF_A_POINT = 6;

  /** The points and targets themselves, and twice on the way from Java. */
  private static final double COPIES_OF_POINTS = 3;

  /** While they are drawn: the coordinates by themselves, and with the targets. */
  private static final double JAVA_COPIES_OF_POINTS = 1.5;

  private static final double BYTES = Double.BYTES;
  private static final double GB = 1e9;

  /** What the program takes before any study, in bytes. */
  private static final double BASE = 0.3e9;

  private static final double JAVA_BASE = 0.05e9;

  private MemoryNeed() {}

  /** A setting and how many bytes it is answerable for. */
  private record Part(String setting, int value, double bytes) {}

  /**
   * Checks that the study fits into what Java may take and into what the machine has.
   *
   * @param onGpu whether the networks are on a GPU, so that only Java's part matters
   * @throws SettingException if not; it names the setting that takes most
   */
  static void check(Settings settings, boolean onGpu) {
    double javaLimit = Runtime.getRuntime().maxMemory();
    check(
        javaParts(settings), JAVA_BASE, javaLimit, "Java may take " + gb(javaLimit) + ", see -Xmx");
    OptionalLong available = available();
    if (!onGpu && available.isPresent()) {
      double limit = available.getAsLong();
      List<Part> parts =
          Stream.concat(nativeParts(settings).stream(), Stream.of(losses(settings))).toList();
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
    double networks = (double) settings.replicas() * settings.arms().size();
    double bytes = 2 * BYTES * settings.epochs() * networks;
    return settings.epochs() >= settings.replicas()
        ? new Part("epochs", settings.epochs(), bytes)
        : new Part("replicas", settings.replicas(), bytes);
  }

  private static List<Part> javaParts(Settings settings) {
    return List.of(
        losses(settings),
        points(settings, JAVA_COPIES_OF_POINTS * data(settings)),
        new Part("hidden", settings.hidden(), JAVA_COPIES_OF_PARAMETERS * parameters(settings)));
  }

  private static List<Part> nativeParts(Settings settings) {
    boolean isWhole =
        settings.arms().contains(Arm.BATCH_NORM_PLAIN)
            || settings.arms().contains(Arm.DJL_BATCH_NORM);
    double rows = isWhole ? settings.trainSize() : Math.min(settings.trainSize(), Pieces.LARGEST);
    double units = ARRAYS_OF_UNITS * BYTES * rows * settings.hidden() * networksAtOnce(settings);
    return List.of(
        settings.hidden() > rows
            ? new Part("hidden", settings.hidden(), units)
            : new Part("train-size", settings.trainSize(), units),
        new Part("hidden", settings.hidden(), COPIES_OF_PARAMETERS * parameters(settings)),
        points(settings, COPIES_OF_POINTS * data(settings)),
        new Part("replicas", settings.replicas(), data(settings) * (settings.replicas() - 1)));
  }

  /** The points and targets of one replica, in bytes. */
  private static double data(Settings settings) {
    return NUMBERS_OF_A_POINT * BYTES * ((double) settings.trainSize() + settings.testSize());
  }

  /** The parameters of all networks that train at the same time, in bytes. */
  private static double parameters(Settings settings) {
    return BYTES * PARAMETERS_OF_A_UNIT * settings.hidden() * networksAtOnce(settings);
  }

  private static Part points(Settings settings, double bytes) {
    return settings.trainSize() >= settings.testSize()
        ? new Part("train-size", settings.trainSize(), bytes)
        : new Part("test-size", settings.testSize(), bytes);
  }

  /** Networks that train at the same time. A group is no larger than the cache. */
  private static double networksAtOnce(Settings settings) {
    int size = Group.largest(settings, false);
    double jobs = Math.ceil((double) settings.replicas() / size) * settings.arms().size();
    return size * Math.min(jobs, settings.threads());
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
