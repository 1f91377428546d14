package io.github.batchnormlab.spark;

import io.github.batchnormlab.run.Cluster;
import org.apache.spark.api.java.JavaSparkContext;

/** An application on a Spark cluster, or on threads of this process that stand in for one. */
final class SparkCluster implements Cluster {
  private final JavaSparkContext spark;

  private SparkCluster(JavaSparkContext spark) {
    this.spark = spark;
  }

  /** Named in {@code META-INF/services}. */
  public static final class Provider implements Cluster.Provider {
    @Override
    public Cluster open(String master) {
      return new SparkCluster(Connection.open(master, "BatchNorm Lab"));
    }
  }

  @Override
  public void close() {
    spark.close();
  }
}
