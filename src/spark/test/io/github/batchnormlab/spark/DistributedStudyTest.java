package io.github.batchnormlab.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.batchnormlab.run.Cluster;
import io.github.batchnormlab.run.Study;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One study over several machines. */
class DistributedStudyTest {
  /** Of the losses of 50 epochs, relative; two orders of the same sums differ by that. */
  private static final double ROUNDING = 1e-10;

  @TempDir private static Path folder;

  @Test
  void aStudyOfAHundredThousandRowsIsThatOfOneProcess() throws Exception {
    Settings settings = BlocksOfACluster.settings(BlocksOfACluster.table(folder, 100_000));
    StudyResult whole = Study.run(settings.with("blocks", "false"));
    StudyResult blocks = Study.run(settings);
    assertEquals(0, BlocksOfACluster.largestDifference(whole, blocks), ROUNDING);
    for (int workers : new int[] {2, 1, 3}) {
      Path logs = folder.resolve("cluster-" + workers);
      try (StandaloneCluster machines = StandaloneCluster.start(logs, workers, 1);
          Cluster cluster = Cluster.open(machines.url())) {
        BlocksOfACluster.assertSame(blocks, BlocksOfACluster.run(cluster, settings));
      }
    }
  }

  @Test
  void threadsOfThisProcessGiveTheSame() throws Exception {
    Settings settings =
        BlocksOfACluster.settings(BlocksOfACluster.table(folder, 30_000), "epochs", "5");
    StudyResult blocks = Study.run(settings);
    try (Cluster cluster = Cluster.open("local[2]")) {
      BlocksOfACluster.assertSame(blocks, BlocksOfACluster.run(cluster, settings));
    }
  }
}
