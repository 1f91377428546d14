package io.github.batchnormlab.run;

import io.github.batchnormlab.data.Source;
import io.github.batchnormlab.data.TableException;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import java.util.List;
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

  /** {@return its address, as it was given} */
  String master();

  /** {@return how many trainings it can do at the same time, as far as that is known now} */
  int slots();

  /** Hears of the jobs that are done. */
  @FunctionalInterface
  interface Results {
    /**
     * A job is done.
     *
     * @param job which of the jobs
     * @param done what it gave
     */
    void add(int job, TrainingJob.Done done);
  }

  /**
   * Does jobs. Several threads may ask at once.
   *
   * @param jobs what to train
   * @param results hears of each result as it comes, on the thread of the caller; what it throws
   *     ends the others
   * @param listener is told what goes wrong, and can end it: then some jobs give nothing
   * @throws ClusterException if the cluster cannot do a job
   */
  void train(List<TrainingJob> jobs, Results results, StudyListener listener)
      throws ClusterException;

  /**
   * Reads a table whose rows then stay on the machines of the cluster, in blocks.
   *
   * @param settings name the table, and what is asked of it
   * @return the rows; the caller closes them
   * @throws TableException if there is no table, or it makes no study
   */
  Source source(Settings settings) throws TableException;

  /** Leaves the cluster; what still trains there for this process is stopped. */
  @Override
  void close();
}
