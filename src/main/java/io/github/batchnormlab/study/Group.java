package io.github.batchnormlab.study;

import java.util.ArrayList;
import java.util.List;

/**
 * Replicas that train together, as the leading axis of every tensor.
 *
 * @param first the first replica, from 0
 * @param size how many
 */
record Group(int first, int size) {
  /**
   * What the hidden units of a group may take: on a CPU about what its cache holds beside the
   * gradients, on a GPU what keeps it busy. Two replicas of the default size on a CPU.
   */
  private static final long CPU_BYTES = 5_000_000;

  private static final long GPU_BYTES = 1_000_000_000;

  /** The replica behind the last. */
  int end() {
    return first + size;
  }

  /** Replicas of a group that fits the cache and keeps every thread busy. */
  static int largest(Settings settings, boolean onGpu) {
    long rows = Math.min(settings.trainSize(), Pieces.LARGEST);
    long bytes = rows * settings.hidden() * settings.precision().dataType().getNumOfBytes();
    long fitting = (onGpu ? GPU_BYTES : CPU_BYTES) / bytes;
    long trainings = (long) settings.replicas() * settings.arms().size();
    long perThread = onGpu ? trainings : trainings / settings.threads();
    return (int) Math.max(1, Math.min(settings.replicas(), Math.min(fitting, perThread)));
  }

  /** Divides a study's replicas into groups of the {@link #largest} size, the last may be less. */
  static List<Group> divide(Settings settings, boolean onGpu) {
    int size = largest(settings, onGpu);
    List<Group> groups = new ArrayList<>();
    for (int first = 0; first < settings.replicas(); first += size) {
      groups.add(new Group(first, Math.min(size, settings.replicas() - first)));
    }
    return groups;
  }
}
