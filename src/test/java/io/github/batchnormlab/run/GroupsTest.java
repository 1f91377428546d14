package io.github.batchnormlab.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Settings;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupsTest {

  private static List<Integer> sizes(Settings settings, boolean onGpu) {
    return Groups.divide(settings, 1_000, onGpu).stream().map(Replicas::size).toList();
  }

  private static Settings settings(int replicas, int threads) {
    return Settings.defaults().with("replicas", replicas).with("threads", threads);
  }

  @Test
  void oneReplicaIsOneGroup() {
    assertEquals(List.of(1), sizes(settings(1, 2), false));
    assertEquals(List.of(1), sizes(settings(1, 2), true));
  }

  @Test
  void groupsFitTheCache() {
    assertEquals(List.of(4, 4, 1), sizes(settings(9, 1), false));
    assertEquals(List.of(1, 1, 1), sizes(settings(3, 1).with("hidden", 1000), false));
    assertEquals(List.of(3), sizes(settings(3, 1).with("hidden", 16), false));
  }

  @Test
  void groupsKeepEveryThreadBusy() {
    assertEquals(List.of(1, 1, 1, 1), sizes(settings(4, 8).with("hidden", 16), false));
    assertEquals(List.of(2, 2), sizes(settings(4, 4).with("hidden", 16), false));
  }

  @Test
  void aGpuTakesAllAtOnce() {
    assertEquals(List.of(32), sizes(settings(32, 2), true));
  }

  @Test
  void groupsFollowOneAnother() {
    List<Replicas> groups = Groups.divide(settings(9, 1), 1_000, false);
    assertEquals(List.of(0, 4, 8), groups.stream().map(Replicas::first).toList());
    assertEquals(9, groups.get(2).end());
  }
}
