package io.github.batchnormlab.spark;

import io.github.batchnormlab.data.BlockMap;
import io.github.batchnormlab.data.BlockSet;
import io.github.batchnormlab.data.BlockWork;
import io.github.batchnormlab.data.MergeTree;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;

/**
 * Blocks in the memory of a cluster. A partition is a run of 2ᵏ blocks, which is a branch of the
 * {@link MergeTree}: a task merges its own, and the driver merges what comes back. How long the
 * runs are has no part in the numbers.
 *
 * <p>Work goes out in the closure of a job and its result comes back by {@code collect}, in the
 * order of the partitions. If a worker is lost, Spark makes its blocks anew from what they were
 * made of.
 *
 * @param spark where
 * @param blocks the blocks, in their order
 * @param <B> what a block is
 */
record SparkBlocks<B>(JavaSparkContext spark, JavaRDD<B> blocks) implements BlockSet<B> {

  @Override
  public <T> T reduce(BlockWork<B, T> work) {
    List<T> runs;
    try {
      runs = blocks.mapPartitions(run -> merged(run, work)).collect();
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare.
      throw e instanceof CancellationException stopped
          ? stopped
          : new IllegalStateException(SparkCluster.reason(e), e);
    }
    return MergeTree.merge(runs.size(), runs::get, work::merge);
  }

  private static <B, T> Iterator<T> merged(Iterator<B> run, BlockWork<B, T> work) {
    List<B> all = new ArrayList<>();
    run.forEachRemaining(all::add);
    try (BlockWork.Worker<B, T> worker = work.begin()) {
      T merged = MergeTree.merge(all.size(), i -> worker.of(all.get(i)), work::merge);
      return List.of(merged).iterator();
    }
  }

  @Override
  public <C> BlockSet<C> map(BlockMap<B, C> each) {
    // A closure goes out with every later job; what is broadcast goes to each machine once.
    Broadcast<BlockMap<B, C>> sent = spark.broadcast(each);
    JavaRDD<C> made = blocks.map(block -> sent.value().of(block));
    made.persist(StorageLevel.MEMORY_AND_DISK());
    return new SparkBlocks<>(spark, made);
  }

  @Override
  public void close() {
    blocks.unpersist(false);
  }
}
