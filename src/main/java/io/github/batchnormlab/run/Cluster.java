package io.github.batchnormlab.run;

import io.github.batchnormlab.study.SettingException;
import java.util.ServiceLoader;

/**
 * Other machines that train. The application itself has none: what offers them is found on the
 * class path, where the profile {@code spark} puts it.
 */
public interface Cluster extends AutoCloseable {
  /** Opens clusters; named in {@code META-INF/services}. */
  interface Provider {
    /**
     * Connects to a cluster.
     *
     * @param master its address
     * @return the cluster; the caller closes it
     * @throws SettingException if the address is none, or nothing answers there
     */
    Cluster open(String master);
  }

  /** The option that names a cluster, without its dashes. */
  String OPTION = "master";

  /**
   * Connects to a cluster.
   *
   * @param master its address, such as {@code spark://host:7077} or {@code local[2]}
   * @return the cluster; the caller closes it
   * @throws SettingException if the address is none, nothing answers there, or nothing on the class
   *     path knows clusters
   */
  static Cluster open(String master) {
    return ServiceLoader.load(Provider.class, Cluster.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new SettingException(
                    OPTION,
                    master,
                    "needs Apache Spark, which is in a profile of its own: start with mvn -Pspark"
                        + " compile exec:java"))
        .open(master);
  }

  /** Leaves the cluster; what still trains there for this process is stopped. */
  @Override
  void close();
}
