package io.github.batchnormlab.study;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Where a result comes from: with the settings, enough to repeat the run.
 *
 * @param project version of BatchNorm Lab
 * @param djl version of DJL
 * @param pyTorch version of PyTorch
 * @param java version and vendor of the Java runtime
 * @param operatingSystem name, version and architecture
 * @param processor the processor's name and number of cores
 * @param device what was trained on, {@code cpu} or {@code gpu:N}
 * @param threads processor threads for all arms together
 * @param command the command that repeats the run
 * @param start when it began
 * @param seconds how long it took
 */
public record Provenance(
    String project,
    String djl,
    String pyTorch,
    String java,
    String operatingSystem,
    String processor,
    String device,
    int threads,
    String command,
    Instant start,
    double seconds) {

  /** Looks at the machine that this runs on. The engine has been started. */
  static Provenance of(Device device, int threads, String command, Instant start, double seconds) {
    Engine engine = Engine.getEngine("PyTorch");
    return new Provenance(
        projectVersion(),
        Engine.getDjlVersion(),
        engine.getVersion(),
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

  /** The version of BatchNorm Lab, as the build wrote it down. */
  public static String projectVersion() {
    try (InputStream in = Provenance.class.getResourceAsStream("/batchnorm-lab.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
