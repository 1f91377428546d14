package io.github.batchnormlab.train;

import java.util.NavigableSet;
import java.util.TreeSet;

/** When to look inside a network. */
final class LookEpochs {
  private static final int MOST = 60;
  private static final int LEAST = 8;

  /** One look costs about as much as five epochs, and all may cost 3 % of the training. */
  private static final int EPOCHS_PER_LOOK = 175;

  private LookEpochs() {}

  /**
   * The first and the last epoch, and epochs between them spaced evenly in log(epoch): 60 of them,
   * or fewer in a short training, and small epochs once only.
   *
   * @param epochs how many epochs there are
   */
  static NavigableSet<Integer> of(int epochs) {
    int looks = Math.max(LEAST, Math.min(MOST, epochs / EPOCHS_PER_LOOK));
    NavigableSet<Integer> chosen = new TreeSet<>();
    chosen.add(0);
    for (int i = 0; i < looks; i++) {
      double share = i / (looks - 1.0);
      chosen.add((int) Math.round(Math.pow(epochs, share)) - 1);
    }
    return chosen;
  }
}
