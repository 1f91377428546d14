package io.github.batchnormlab.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.github.batchnormlab.study.Provenance;
import io.github.batchnormlab.study.Session;
import io.github.batchnormlab.study.Sessions;
import io.github.batchnormlab.study.Versions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the record of a run says of the machine that it ran on. */
public final class ThisMachine {
  private ThisMachine() {}

  /** {@return the versions of what runs here} The engine has been started. */
  public static Versions versions() {
    return new Versions(
        Provenance.projectVersion(),
        Engine.getDjlVersion(),
        Values.pytorch().getVersion(),
        System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")");
  }

  /**
   * {@return what a record calls a device}
   *
   * @param device the device
   */
  public static String name(Device device) {
    return device.isGpu() ? "gpu:" + device.getDeviceId() : "cpu";
  }

  /**
   * Looks at the machine.
   *
   * @param threads processor threads for all arms together
   * @param command the command that repeats the run
   * @param start when it began
   * @param seconds how long it took
   * @param sessions its parts, the one that runs now included
   * @return the record
   */
  public static Provenance provenance(
      int threads, String command, Instant start, double seconds, List<Session> sessions) {
    Session latest = Sessions.latest(sessions);
    return new Provenance(
        latest.versions(),
        String.join(
            " ",
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("os.arch")),
        describeProcessor(),
        latest.device(),
        threads,
        command,
        start,
        seconds,
        sessions);
  }

  /** Linux tells the processor's name; elsewhere the architecture must do. */
  private static String describeProcessor() {
    int cores = Runtime.getRuntime().availableProcessors();
    return processorName() + ", " + cores + (cores == 1 ? " core" : " cores");
  }

  private static String processorName() {
    Path info = Path.of("/proc/cpuinfo");
    if (Files.isReadable(info)) {
      try (Stream<String> lines = Files.lines(info)) {
        Optional<String> name =
            lines
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
        if (name.isPresent()) {
          return name.get();
        }
      } catch (IOException | UncheckedIOException e) {
        // The name is a courtesy; the architecture stands in for it.
      }
    }
    return System.getProperty("os.arch");
  }
}
