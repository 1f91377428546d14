package io.github.batchnormlab.run;

import io.github.batchnormlab.study.Settings;
import java.util.Optional;

/**
 * How the threads of a study are divided among its trainings. More than the machine has cores, or
 * than there is work for, only stand in each other's way: so many are never made, whatever the
 * settings say.
 *
 * @param atOnce how many trainings run at the same time, each on a thread of its own
 * @param perTraining how many threads PyTorch takes for each of them
 */
record Threads(int atOnce, int perTraining) {

  /**
   * Divides them.
   *
   * @param trainings how many trainings there are
   */
  static Threads divide(Settings settings, long trainings) {
    return divide(settings.machine().threads(), trainings, cores());
  }

  static Threads divide(int asked, long trainings, int cores) {
    int usable = usable(asked, cores);
    int atOnce = (int) Math.min(trainings, usable);
    return new Threads(atOnce, usable / atOnce);
  }

  /** How many threads a study may use of those that its settings allow. */
  static int usable(Settings settings) {
    return usable(settings.machine().threads(), cores());
  }

  private static int usable(int asked, int cores) {
    return Math.min(asked, cores);
  }

  /** How many cores the machine has. */
  static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** A sentence for who asks for more threads than there are cores. */
  static Optional<String> warning(Settings settings) {
    return warning(settings.machine().threads(), cores());
  }

  static Optional<String> warning(int asked, int cores) {
    if (asked <= cores) {
      return Optional.empty();
    }
    String count = cores + (cores == 1 ? " core" : " cores");
    return Optional.of(
        "--threads "
            + asked
            + " is more than this machine's "
            + count
            + "; no more threads than cores are used.");
  }
}
