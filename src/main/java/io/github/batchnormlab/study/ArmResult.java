package io.github.batchnormlab.study;

/**
 * What one arm's training gave.
 *
 * @param arm the arm
 * @param trainLoss the training loss before each epoch's step, {@code [replica][epoch]}
 * @param testLoss the test loss after each epoch's step, {@code [replica][epoch]}
 * @param seconds how long the training took, all groups of replicas added up
 */
public record ArmResult(Arm arm, double[][] trainLoss, double[][] testLoss, double seconds) {

  /** Training plus evaluation, in milliseconds per epoch of one replica. */
  public double millisPerEpoch() {
    return 1000 * seconds / trainLoss[0].length / trainLoss.length;
  }
}
