package io.github.batchnormlab.study;

/** Hears of a study's progress, on the thread that trains: what it does costs training time. */
public interface StudyListener {

  /** A listener that does nothing. */
  StudyListener NONE = new StudyListener() {};

  /**
   * An epoch of some of an arm's replicas has ended.
   *
   * @param arm the arm
   * @param replicas how many replicas have trained together
   * @param epoch the epoch, from 0
   * @param trainLoss the first of these replicas' training loss before the epoch's step
   * @param testLoss its test loss after it
   */
  default void epochEnded(Arm arm, int replicas, int epoch, double trainLoss, double testLoss) {}
}
