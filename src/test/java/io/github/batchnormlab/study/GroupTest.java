package io.github.batchnormlab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class GroupTest {

  private static List<Integer> sizes(Settings.Builder settings, boolean onGpu) {
    return Group.divide(settings.build(), onGpu).stream().map(Group::size).toList();
  }

  private static Settings.Builder settings(int replicas, int threads) {
    return Settings.builder().optReplicas(replicas).optThreads(threads);
  }

  @Test
  void oneReplicaIsOneGroup() {
    assertEquals(List.of(1), sizes(settings(1, 2), false));
    assertEquals(List.of(1), sizes(settings(1, 2), true));
  }

  @Test
  void groupsFitTheCache() {
    assertEquals(List.of(2, 2, 1), sizes(settings(5, 1), false));
    assertEquals(List.of(1, 1, 1), sizes(settings(3, 1).optHidden(1000), false));
    assertEquals(List.of(3), sizes(settings(3, 1).optHidden(16), false));
  }

  @Test
  void groupsKeepEveryThreadBusy() {
    assertEquals(List.of(1, 1, 1, 1), sizes(settings(4, 8).optHidden(16), false));
    assertEquals(List.of(2, 2), sizes(settings(4, 4).optHidden(16), false));
  }

  @Test
  void aGpuTakesAllAtOnce() {
    assertEquals(List.of(32), sizes(settings(32, 2), true));
  }

  @Test
  void groupsFollowOneAnother() {
    List<Group> groups = Group.divide(settings(5, 1).build(), false);
    assertEquals(List.of(0, 2, 4), groups.stream().map(Group::first).toList());
    assertEquals(5, groups.get(2).end());
  }
}
