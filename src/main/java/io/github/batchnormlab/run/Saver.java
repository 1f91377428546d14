package io.github.batchnormlab.run;

import io.github.batchnormlab.study.StudyListener;
import io.github.batchnormlab.train.Training;
import io.github.batchnormlab.train.Watcher;
import java.io.IOException;
import java.util.function.Supplier;

/** Saves the state of one training now and then. If that fails, the training goes on. */
final class Saver implements Watcher {
  private static final int SHARE = 100;

  private final Checkpoints checkpoints;
  private final StudyListener listener;
  private final long studyStart;
  private long lastNanos = System.nanoTime();
  private long lastDuration;
  private int lastEpoch;

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

  /** Saves if it is time to. On a slow disk, that is later: saving may take 1 % of the time. */
  @Override
  public void epochEnded(Training training) {
    long since = System.nanoTime() - lastNanos;
    Cadence cadence = checkpoints.cadence();
    boolean isCheap = cadence.epochs() > 0 || since >= SHARE * lastDuration;
    if (cadence.isDue(training.epoch(), since) && isCheap) {
      try {
        save(training.epoch(), training::state);
      } catch (IOException e) {
        String failure = Messages.of(e);
        if (checkpoints.isNews(failure)) {
          listener.warned(
              "No checkpoint could be written (" + failure + "); the training goes on.");
        }
      }
    }
  }

  /** Saves what has not been saved. */
  @Override
  public void ended(Training training) {
    ended(training.epoch(), training::state);
  }

  /** The same of a training that has ended elsewhere. */
  void ended(Training.State training) {
    ended(training.epoch(), () -> training);
  }

  private void ended(int epoch, Supplier<Training.State> state) {
    if (!checkpoints.cadence().isOn()) {
      return;
    }
    try {
      save(epoch, state);
    } catch (IOException e) {
      listener.outputFailed("A checkpoint could not be written (" + Messages.of(e) + ").");
    }
  }

  private void save(int epoch, Supplier<Training.State> state) throws IOException {
    if (epoch == lastEpoch) {
      return;
    }
    long start = System.nanoTime();
    try {
      checkpoints.save(state.get(), (start - studyStart) / 1e9);
      lastEpoch = epoch;
    } finally {
      lastNanos = System.nanoTime();
      lastDuration = lastNanos - start;
    }
  }
}
