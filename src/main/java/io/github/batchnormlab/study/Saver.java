package io.github.batchnormlab.study;

import java.io.IOException;

/** Saves the state of one training now and then. If that fails, the training goes on. */
final class Saver {
  private final Checkpoints checkpoints;
  private final StudyListener listener;
  private final long studyStart;
  private long lastNanos = System.nanoTime();
  private int lastEpoch;
  private String lastFailure = "";

  /**
   * @param studyStart when this session of the study began, as {@link System#nanoTime()} says it
   * @param epoch the epoch that is saved already
   */
  Saver(Checkpoints checkpoints, StudyListener listener, long studyStart, int epoch) {
    this.checkpoints = checkpoints;
    this.listener = listener;
    this.studyStart = studyStart;
    lastEpoch = epoch;
  }

  /** Saves if it is time to. */
  void epochEnded(ArmTraining training) {
    if (checkpoints.cadence().isDue(training.epoch(), System.nanoTime() - lastNanos)) {
      save(training);
    }
  }

  /** Saves what has not been saved. */
  void ended(ArmTraining training) {
    if (checkpoints.cadence().isOn()) {
      save(training);
    }
  }

  private void save(ArmTraining training) {
    if (training.epoch() == lastEpoch) {
      return;
    }
    try {
      checkpoints.save(training.state(), (System.nanoTime() - studyStart) / 1e9);
      lastEpoch = training.epoch();
    } catch (IOException e) {
      String failure = Messages.of(e);
      if (!failure.equals(lastFailure)) { // One sentence is enough, however long it lasts.
        listener.warned("No checkpoint could be written (" + failure + "); the training goes on.");
      }
      lastFailure = failure;
    }
    lastNanos = System.nanoTime();
  }
}
