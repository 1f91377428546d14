package io.github.batchnormlab.study;

/** Hears of a study's progress, on the thread that trains: what it does costs training time. */
public interface StudyListener {

  /** A listener that does nothing. */
  StudyListener NONE = new StudyListener() {};

  /** An arm begins to train. */
  default void armStarted(Arm arm) {}

  /**
   * An epoch has ended.
   *
   * @param arm the arm
   * @param epoch the epoch, from 0
   * @param trainLoss the training loss before the epoch's step
   * @param testLoss the test loss after it
   */
  default void epochEnded(Arm arm, int epoch, double trainLoss, double testLoss) {}

  /** An arm has finished. */
  default void armEnded(ArmResult result) {}
}
