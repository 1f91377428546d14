package io.github.batchnormlab.study;

import java.time.Instant;
import java.util.IntSummaryStatistics;
import java.util.stream.IntStream;

/**
 * A part of a run, from a start of the program to its end. A run that was never resumed is one
 * session.
 *
 * @param start when the program was started
 * @param versions with what it trained
 * @param device what it trained on, {@code cpu} or {@code gpu:N}
 * @param from how far the run was then
 * @param to how far it was at the end; of a session that was killed, as far as its checkpoints say
 */
public record Session(Instant start, Versions versions, String device, Epochs from, Epochs to) {

  /**
   * How far the networks of a run are: every arm for every replica is one.
   *
   * @param fewest the epochs of the network that has fewest
   * @param most the epochs of the network that has most
   * @param all the epochs of all networks added up
   */
  public record Epochs(int fewest, int most, long all) {

    /** Of a run that has not begun. */
    public static final Epochs NONE = new Epochs(0, 0, 0);

    /**
     * Sums up.
     *
     * @param begun the epochs of each network that has begun
     * @param networks how many networks the run has
     * @return the sum
     */
    public static Epochs of(IntStream begun, long networks) {
      IntSummaryStatistics epochs = begun.summaryStatistics();
      return epochs.getCount() == 0
          ? NONE
          : new Epochs(
              epochs.getCount() < networks ? 0 : epochs.getMin(), epochs.getMax(), epochs.getSum());
    }
  }

  /** {@return whether it trained anything that the run has kept} */
  public boolean hasTrained() {
    return to.all > from.all;
  }

  /** The same session when the run had come so far; it cannot have begun later than that. */
  Session endedAt(Epochs end) {
    return new Session(start, versions, device, from.all > end.all ? end : from, end);
  }
}
