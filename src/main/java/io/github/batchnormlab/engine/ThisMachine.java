package io.github.batchnormlab.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.github.batchnormlab.study.Provenance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** What the record of a run says of the machine that it ran on. */
public final class ThisMachine {
  private ThisMachine() {}

  /**
   * Looks at the machine. The engine has been started.
   *
   * @param device what was trained on
   * @param threads processor threads for all arms together
   * @param command the command that repeats the run
   * @param start when it began
   * @param seconds how long it took
   */
  public static Provenance provenance(
      Device device, int threads, String command, Instant start, double seconds) {
    return new Provenance(
        Provenance.projectVersion(),
        Engine.getDjlVersion(),
        Values.pytorch().getVersion(),
        System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")",
        String.join(
            " ",
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("os.arch")),
        describeProcessor(),
        device.isGpu() ? "gpu:" + device.getDeviceId() : "cpu",
        threads,
        command,
        start,
        seconds);
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
