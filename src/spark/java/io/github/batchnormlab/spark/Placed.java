package io.github.batchnormlab.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.status.api.v1.ExecutorSummary;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The same partitions, each with a process of the cluster that it belongs to, so that each core has
 * as many as the others.
 *
 * <p>By itself Spark makes a partition where a core is free, keeps it there, and then sends all
 * later work on it there: of eight partitions on two cores five came to one of them and three to
 * the other. If a process is lost, Spark chooses another one.
 *
 * @param <T> what is in them
 */
final class Placed<T> extends RDD<T> {
  private static final long serialVersionUID = 1L;

  /** As Spark's scheduler reads them, one for each partition in turn. */
  private final ArrayList<String> places;

  private Placed(JavaRDD<T> partitions, ArrayList<String> places) {
    super(partitions.rdd(), partitions.classTag());
    this.places = places;
  }

  /** Places partitions on the processes that are there now; in one process they stay. */
  static <T> JavaRDD<T> evenly(JavaRDD<T> partitions) {
    List<ExecutorSummary> processes =
        CollectionConverters.asJava(partitions.context().statusStore().executorList(true)).stream()
            .filter(process -> !process.id().equals("driver"))
            .toList();
    ArrayList<String> places = new ArrayList<>();
    int most = processes.stream().mapToInt(ExecutorSummary::totalCores).max().orElse(0);
    for (int core = 0; core < most; core++) {
      for (ExecutorSummary process : processes) {
        if (core < process.totalCores()) {
          places.add(place(process));
        }
      }
    }
    return places.isEmpty()
        ? partitions
        : new JavaRDD<>(new Placed<>(partitions, places), partitions.classTag());
  }

  private static String place(ExecutorSummary process) {
    String host = process.hostPort().substring(0, process.hostPort().lastIndexOf(':'));
    return "executor_" + host + "_" + process.id();
  }

  @Override
  public Iterator<T> compute(Partition partition, TaskContext context) {
    return this.<T>firstParent(elementClassTag()).iterator(partition, context);
  }

  @Override
  public Partition[] getPartitions() {
    return firstParent(elementClassTag()).partitions();
  }

  @Override
  public Seq<String> getPreferredLocations(Partition partition) {
    String place = places.get(partition.index() % places.size());
    return CollectionConverters.asScala(List.of(place)).toSeq();
  }
}
