package io.github.batchnormlab.study;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Properties;

/**
 * Where a result comes from: with the settings, enough to repeat the run. Versions and device are
 * those of the last session that trained anything.
 *
 * @param versions of the program and of what it runs on
 * @param operatingSystem name, version and architecture
 * @param processor the processor's name and number of cores
 * @param device what was trained on, {@code cpu} or {@code gpu:N}
 * @param threads processor threads for all arms together, as many as were used
 * @param command the command that repeats the run
 * @param start when it began
 * @param seconds how long it took
 * @param sessions the parts of the run in their order; none for a run that kept no record of them
 */
public record Provenance(
    Versions versions,
    String operatingSystem,
    String processor,
    String device,
    int threads,
    String command,
    Instant start,
    double seconds,
    List<Session> sessions) {

  /**
   * Takes copies of the lists.
   *
   * @param versions of the program and of what it runs on
   * @param operatingSystem name, version and architecture
   * @param processor the processor's name and number of cores
   * @param device what was trained on, {@code cpu} or {@code gpu:N}
   * @param threads processor threads for all arms together, as many as were used
   * @param command the command that repeats the run
   * @param start when it began
   * @param seconds how long it took
   * @param sessions the parts of the run in their order; none for a run that kept no record of them
   */
  public Provenance {
    sessions = List.copyOf(sessions);
  }

  /** {@return the version of BatchNorm Lab, as the build wrote it down} */
  public static String projectVersion() {
    try (InputStream in = Provenance.class.getResourceAsStream("/batchnorm-lab.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
