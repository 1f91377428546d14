package io.github.batchnormlab.spark;

import io.github.batchnormlab.data.Source;
import io.github.batchnormlab.data.TableException;
import io.github.batchnormlab.run.Cluster;
import io.github.batchnormlab.run.ClusterException;
import io.github.batchnormlab.run.TrainingJob;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * An application on a Spark cluster, or on threads of this process that stand in for one.
 *
 * <p>Each training is a job of Spark's with one task, so that its result comes as soon as it is
 * there. Spark does again what a worker that dies has not finished.
 */
final class SparkCluster implements Cluster {
  private static final long POLL_MILLIS = 20;

  /** After so long without a worker somebody should know. */
  private static final long LONELY_NANOS = 30_000_000_000L;

  private final JavaSparkContext spark;
  private final Shipping shipping;
  private final RunningTasks tasks = new RunningTasks();
  private boolean hasComplained;

  private SparkCluster(JavaSparkContext spark) {
    this.spark = spark;
    shipping = new Shipping(spark);
    spark.sc().addSparkListener(tasks);
  }

  /** Named in {@code META-INF/services}. */
  public static final class Provider implements Cluster.Provider {
    @Override
    public Cluster open(String master) {
      return new SparkCluster(Connection.open(master, "BatchNorm Lab"));
    }
  }

  @Override
  public String master() {
    return spark.master();
  }

  @Override
  public int slots() {
    return spark.defaultParallelism();
  }

  @Override
  public void train(List<TrainingJob> jobs, Results results, StudyListener listener)
      throws ClusterException {
    Map<Integer, JavaFutureAction<List<TrainingJob.Done>>> running = new HashMap<>();
    // Who cancels means at once: a training looks for it after each epoch.
    Runnable ended = tasks.tell(listener, spark);
    spark.setJobGroup(Thread.currentThread().getName(), "trainings", true);
    try {
      for (int i = 0; i < jobs.size(); i++) {
        running.put(i, send(jobs.get(i)));
      }
      long lonelySince = System.nanoTime();
      while (!running.isEmpty() && !listener.isStopping()) {
        for (int job : List.copyOf(running.keySet())) {
          if (running.get(job).isDone()) {
            results.add(job, running.remove(job).get().get(0));
          }
        }
        if (hasWorkers()) {
          lonelySince = System.nanoTime();
        } else if (System.nanoTime() - lonelySince > LONELY_NANOS) {
          complain(listener);
        }
        Thread.sleep(POLL_MILLIS);
      }
    } catch (ExecutionException e) {
      throw new ClusterException(reason(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("The study was stopped");
    } finally {
      ended.run();
      running.values().forEach(job -> job.cancel(true));
    }
  }

  private JavaFutureAction<List<TrainingJob.Done>> send(TrainingJob job) throws ClusterException {
    Map<String, String> shipped = shipping.of(job);
    int threads = spark.isLocal() ? slots() : 0;
    return spark
        .parallelize(new ArrayList<>(List.of(job)), 1)
        .map(
            each ->
                each.run(Shipping.paths(shipped), threads > 0 ? threads : trainingsOfThisProcess()))
        .collectAsync();
  }

  /** How many trainings a worker's process does at the same time, at most. */
  private static int trainingsOfThisProcess() {
    int cores =
        SparkEnv.get()
            .conf()
            .getInt("spark.executor.cores", Runtime.getRuntime().availableProcessors());
    return Math.max(1, cores / TaskContext.get().cpus());
  }

  private boolean hasWorkers() {
    return spark.isLocal()
        || spark.sc().statusTracker().getExecutorInfos().length > 1; // Or the driver.
  }

  private synchronized void complain(StudyListener listener) {
    if (!hasComplained) {
      hasComplained = true;
      listener.warned("The cluster has no worker that is free; the sweep waits for one.");
    }
  }

  /** Of Spark's messages, which tell the whole story, the cause. */
  static String reason(Throwable e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("ClassNotFoundException") || message.contains("NoClassDefFoundError")) {
      return "The workers do not have this program on their class path.";
    }
    String line = message.lines().findFirst().orElse("").strip();
    String cause = line.replaceFirst(".*?most recent failure: ", "");
    return "The cluster could not train it (" + cause.replaceFirst("\\.$", "") + ").";
  }

  @Override
  public Source source(Settings settings) throws TableException {
    awaitWorker();
    return SparkTable.open(spark, settings);
  }

  /** A job waits for a worker in silence, for ever. */
  private void awaitWorker() {
    long end = System.nanoTime() + LONELY_NANOS;
    try {
      while (!hasWorkers()) {
        if (System.nanoTime() > end) {
          throw new SettingException(
              Cluster.OPTION,
              master(),
              "must have a worker that is free, and none has come in "
                  + LONELY_NANOS / 1_000_000_000L
                  + " s");
        }
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("The study was stopped");
    }
  }

  @Override
  public void close() {
    spark.close();
    shipping.close();
  }
}
