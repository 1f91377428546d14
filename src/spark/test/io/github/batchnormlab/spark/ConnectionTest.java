package io.github.batchnormlab.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.batchnormlab.study.SettingException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionTest {
  @Test
  void aClusterOfOneMasterAndTwoWorkersRunsTasksInProcessesOfItsOwn(@TempDir Path folder)
      throws Exception {
    try (StandaloneCluster cluster = StandaloneCluster.start(folder, 2, 1);
        JavaSparkContext spark = Connection.open(cluster.url(), "test")) {
      List<Integer> numbers = IntStream.range(0, 8).boxed().toList();
      List<Long> processes =
          spark
              .parallelize(numbers, 8)
              .map(
                  number -> {
                    Thread.sleep(500); // So that both workers are there before all is done.
                    return ProcessHandle.current().pid();
                  })
              .collect();
      Set<Long> distinct = new HashSet<>(processes);
      assertFalse(distinct.contains(ProcessHandle.current().pid()));
      assertEquals(8, processes.size());
      Set<Long> executors = new HashSet<>();
      for (Process worker : cluster.workers()) {
        worker.descendants().map(ProcessHandle::pid).forEach(executors::add);
      }
      assertEquals(executors, distinct);
    }
  }

  @Test
  void whatIsNoAddressIsRefusedInASentence() throws Exception {
    assertRefused("nonsense", "must be spark://HOST:PORT, local[N], yarn or k8s://URL");
    assertRefused("local[0]", "must be spark://HOST:PORT, local[N], yarn or k8s://URL");
    assertRefused("spark://host", "must be spark://HOST:PORT, local[N], yarn or k8s://URL");
    assertRefused("spark://host:99999", "must have a port between 1 and 65535");
    for (String managed : List.of("yarn", "k8s://https://127.0.0.1:1")) {
      assertRefused(
          managed, "needs a part of Spark that spark-submit brings along: start with that");
    }
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    assertRefused(
        "spark://127.0.0.1:" + free,
        "must be the address of a master that runs, and nothing answers there");
  }

  private static void assertRefused(String master, String rule) {
    SettingException refused =
        assertThrows(SettingException.class, () -> Connection.open(master, "test"));
    assertEquals("--master " + rule + ", but is '" + master + "'.", refused.getMessage());
  }

  /** Maven starts Java with what is in that file; Spark's own launcher would add these. */
  @Test
  void mavenOpensWhatSparkNeeds() throws Exception {
    List<String> given = List.of(Files.readString(Path.of(".mvn/jvm.config")).strip().split(" "));
    List<String> needed =
        Stream.of(JavaModuleOptions.defaultModuleOptionArray())
            .filter(option -> option.startsWith("--add-opens"))
            .toList();
    assertEquals(
        needed, given.stream().filter(option -> option.startsWith("--add-opens")).toList());
  }
}
