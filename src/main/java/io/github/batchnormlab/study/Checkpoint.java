package io.github.batchnormlab.study;

import java.time.Instant;
import java.util.List;

/**
 * Everything that the continuation of a run depends on, for the run as a whole or for one group of
 * an arm's replicas, which train independently of the others.
 *
 * @param settings those of the run
 * @param start when the run began
 * @param seconds how long the run has taken so far, earlier sessions included
 * @param training the state of a group of an arm's replicas, or null in the run's own checkpoint
 */
record Checkpoint(Settings settings, Instant start, double seconds, Training training) {

  /**
   * A group of an arm's replicas between two epochs.
   *
   * @param arm the arm
   * @param group which replicas
   * @param epoch how many epochs have been trained
   * @param seconds how long they took
   * @param trainLoss the training losses so far, {@code [replica][epoch]}
   * @param testLoss the test losses so far, {@code [replica][epoch]}
   * @param diagnostics what was seen inside the networks so far
   * @param state parameters, running statistics and the optimizer's moments, as {@link
   *     ArmTrainer#state()} gives them
   */
  record Training(
      Arm arm,
      Group group,
      int epoch,
      double seconds,
      double[][] trainLoss,
      double[][] testLoss,
      List<Diagnostic> diagnostics,
      List<double[]> state) {}
}
