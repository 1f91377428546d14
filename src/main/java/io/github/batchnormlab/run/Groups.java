package io.github.batchnormlab.run;

import io.github.batchnormlab.model.Batch;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Settings;
import java.util.ArrayList;
import java.util.List;

/** Which replicas train together. */
final class Groups {
  /**
   * What the widest hidden layer of a group may take. On a CPU it is four replicas of the default
   * size: groups of one, two and eight took more time for each replica, also where a layer has a
   * hundred units, and one of a thousand trains best by itself. On a GPU it is what keeps it busy.
   */
  private static final long CPU_BYTES = 10_000_000;

  private static final long GPU_BYTES = 1_000_000_000;

  private Groups() {}

  /**
   * Replicas of a group that fits the cache and keeps every thread of the settings busy. The cores
   * of this machine have no part in it: a run that goes on elsewhere has the same groups.
   *
   * @param trainRows the training rows of a replica
   */
  static int largest(Settings settings, int trainRows, boolean onGpu) {
    if (settings.machine().blocks()
        || settings.net().conv().count() > 0
        || !settings.net().arms().stream().allMatch(Arm::hasReplicas)) {
      return 1; // All arms see the same groups, whose rows they share.
    }
    long rows = Math.min(settings.fit().batchSize().most(trainRows), Batch.MOST_ROWS);
    long bytes = rows * settings.net().hidden().widest() * settings.fit().precision().bytes();
    long fitting = (onGpu ? GPU_BYTES : CPU_BYTES) / bytes;
    int replicas = settings.fit().replicas();
    long trainings = (long) replicas * settings.net().arms().size();
    long perThread = onGpu ? trainings : trainings / settings.machine().threads();
    return (int) Math.max(1, Math.min(replicas, Math.min(fitting, perThread)));
  }

  /** Divides a study's replicas into groups of the {@link #largest} size, the last may be less. */
  static List<Replicas> divide(Settings settings, int trainRows, boolean onGpu) {
    int size = largest(settings, trainRows, onGpu);
    int all = settings.fit().replicas();
    List<Replicas> groups = new ArrayList<>();
    for (int first = 0; first < all; first += size) {
      groups.add(new Replicas(first, Math.min(size, all - first)));
    }
    return groups;
  }
}
