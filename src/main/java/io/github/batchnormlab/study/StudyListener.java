package io.github.batchnormlab.study;

/**
 * Hears of a study's progress, on the thread that trains: what it does costs training time. Several
 * threads may call at once.
 */
public interface StudyListener {

  /** A listener that does nothing. */
  StudyListener NONE = new StudyListener() {};

  /**
   * The table has been read.
   *
   * @param facts what was found of it
   */
  default void dataFound(DataFacts facts) {}

  /**
   * An epoch of some of an arm's replicas has ended.
   *
   * @param arm the arm
   * @param replicas those that train together
   * @param epoch the epoch, from 0
   * @param trainLoss the median of their finite training losses before the epoch's step; NaN if
   *     there is none
   * @param testLoss the same of their test losses after it
   */
  default void epochEnded(
      Arm arm, Replicas replicas, int epoch, double trainLoss, double testLoss) {}

  /**
   * Epochs of an arm were trained on another machine.
   *
   * @param arm the arm
   * @param epochs how many, all replicas added up
   */
  default void trained(Arm arm, long epochs) {}

  /**
   * Epochs of an arm need not be trained: an earlier session has done so, or all losses have ceased
   * to be finite.
   *
   * @param arm the arm
   * @param epochs how many, all replicas added up
   */
  default void skipped(Arm arm, long epochs) {}

  /**
   * Other machines have a place for trainings of this study from now on, or have none any more.
   *
   * @param isRunning whether some training of it is being done
   */
  default void trainsElsewhere(boolean isRunning) {}

  /**
   * Something went wrong, and the training goes on.
   *
   * @param sentence what has happened
   */
  default void warned(String sentence) {}

  /**
   * A file that belongs to the results could not be written, and the training goes on.
   *
   * @param sentence what has happened
   */
  default void outputFailed(String sentence) {}

  /** {@return whether to end after this epoch, with what there is} */
  default boolean isStopping() {
    return false;
  }
}
