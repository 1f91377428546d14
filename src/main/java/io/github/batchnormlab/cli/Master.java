package io.github.batchnormlab.cli;

import io.github.batchnormlab.run.Cluster;
import io.github.batchnormlab.study.SettingException;
import picocli.CommandLine.Option;

/** Where trainings run: an option of every command that can do so on other machines. */
final class Master {
  @Option(
      names = "--" + Cluster.OPTION,
      paramLabel = "URL",
      description =
          "Train on Apache Spark: spark://HOST:PORT, or local[N] for N threads of this process. The"
              + " cells of a sweep are trained there; the rows of a study's table stay there, in"
              + " blocks. Spark comes with Maven's profile spark.")
  private String url;

  /** Whether other machines are to train. */
  boolean isGiven() {
    return url != null;
  }

  /**
   * Connects to the cluster, if one is asked for; the caller closes it.
   *
   * @return the cluster, or null if none is asked for
   * @throws SettingException if it cannot be used
   */
  Cluster open() {
    return url == null ? null : Cluster.open(url);
  }

  /** The address, or null. */
  String url() {
    return url;
  }

  /**
   * Refuses what cannot be trained there.
   *
   * @param when what cannot, to follow the words "must not be given"
   */
  void checkNotGiven(String when) {
    if (url != null) {
      throw new SettingException(Cluster.OPTION, url, "must not be given " + when);
    }
  }
}
