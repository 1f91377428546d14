package io.github.batchnormlab.report;

import io.github.batchnormlab.study.ArmResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two arms cut to the seeds that both have: replica r of either has the same seed.
 *
 * @param firstName what the first is called
 * @param secondName what the second is called
 * @param seed the first seed that both have
 * @param first the first arm's replicas of these seeds, in the seeds' order
 * @param second the second arm's
 */
record Pair(String firstName, String secondName, int seed, ArmResult first, ArmResult second) {

  /** Each two of the arms of one run, which share all seeds. */
  static List<Pair> of(List<NamedArm> arms) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < arms.size(); i++) {
      for (int j = i + 1; j < arms.size(); j++) {
        pairs.add(of(arms.get(i), arms.get(j)).orElseThrow());
      }
    }
    return pairs;
  }

  /** Empty if they share no seed. */
  static Optional<Pair> of(NamedArm first, NamedArm second) {
    int from = Math.max(first.seed(), second.seed());
    // One more than the last seed, as long, because the last may be the largest integer.
    long to = Math.min(end(first), end(second));
    return from < to
        ? Optional.of(
            new Pair(
                first.name(), second.name(), from, cut(first, from, to), cut(second, from, to)))
        : Optional.empty();
  }

  private static long end(NamedArm arm) {
    return (long) arm.seed() + arm.result().trainLoss().length;
  }

  private static ArmResult cut(NamedArm arm, int from, long to) {
    ArmResult all = arm.result();
    int low = from - arm.seed();
    int high = (int) (to - arm.seed());
    return all.replicas(low, high);
  }

  /** How many seeds both have. */
  int seeds() {
    return first.trainLoss().length;
  }

  String title() {
    return firstName + " compared to " + secondName;
  }

  /** The title with the seeds, and whether they are enough to decide anything. */
  String titleWithSeeds() {
    int last = seed + seeds() - 1;
    return title()
        + (seeds() == 1 ? ": one shared seed, " + seed : ": shared seeds " + seed + " to " + last)
        + (seeds() < Comparison.PAIRS_TO_DECIDE ? ", too few to decide anything" : "");
  }
}
