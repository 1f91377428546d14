package io.github.batchnormlab.cli;

import io.github.batchnormlab.run.Cluster;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where trainings run: an option of every command that can do so on other machines. */
final class Master {
  @Option(
      names = "--" + Cluster.OPTION,
      paramLabel = "URL",
      description =
          "Train on Apache Spark: spark://HOST:PORT, or local[N] for N threads of this process;"
              + " start with mvn -Pspark then (on this machine).")
  private String url;

  /**
   * Connects to the cluster, if one is asked for; the caller closes it.
   *
   * @throws io.github.batchnormlab.study.SettingException if that cannot be
   */
  Optional<Cluster> open() {
    return Optional.ofNullable(url).map(Cluster::open);
  }
}
