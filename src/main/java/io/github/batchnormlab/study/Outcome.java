package io.github.batchnormlab.study;

import java.io.Serializable;
import java.util.List;

/**
 * What a trained network does, for one replica of an arm.
 *
 * @param arm the arm
 * @param replica the replica, from 0
 * @param names the names of the targets
 * @param targets the targets of test rows in the units of the file, the first {@value #MOST_ROWS}
 *     rows at most, {@code [row][target]}; none for classes
 * @param predictions what the network says of them, {@code [row][target]}
 * @param confusion how many test rows of each class are taken for each class, {@code
 *     [true][predicted]}; empty for regression
 * @param scale the learned scale of each hidden unit, empty without batch norm
 * @param shift the learned shift of each hidden unit, empty without batch norm
 * @param pictures of a study on images, else null
 */
public record Outcome(
    Arm arm,
    int replica,
    List<String> names,
    double[][] targets,
    double[][] predictions,
    int[][] confusion,
    double[] scale,
    double[] shift,
    Pictures pictures)
    implements Serializable {

  /**
   * An outcome without pictures.
   *
   * @param arm the arm
   * @param replica the replica, from 0
   * @param names the names of the targets
   * @param targets the targets of test rows in the units of the file, the first {@value #MOST_ROWS}
   *     rows at most, {@code [row][target]}; none for classes
   * @param predictions what the network says of them, {@code [row][target]}
   * @param confusion how many test rows of each class are taken for each class, {@code
   *     [true][predicted]}; empty for regression
   * @param scale the learned scale of each hidden unit, empty without batch norm
   * @param shift the learned shift of each hidden unit, empty without batch norm
   */
  public Outcome(
      Arm arm,
      int replica,
      List<String> names,
      double[][] targets,
      double[][] predictions,
      int[][] confusion,
      double[] scale,
      double[] shift) {
    this(arm, replica, names, targets, predictions, confusion, scale, shift, null);
  }

  /**
   * An outcome of a regression.
   *
   * @param arm the arm
   * @param replica the replica, from 0
   * @param names the names of the targets
   * @param targets the targets of test rows in the units of the file, the first {@value #MOST_ROWS}
   *     rows at most, {@code [row][target]}; none for classes
   * @param predictions what the network says of them, {@code [row][target]}
   * @param scale the learned scale of each hidden unit, empty without batch norm
   * @param shift the learned shift of each hidden unit, empty without batch norm
   */
  public Outcome(
      Arm arm,
      int replica,
      List<String> names,
      double[][] targets,
      double[][] predictions,
      double[] scale,
      double[] shift) {
    this(arm, replica, names, targets, predictions, new int[0][], scale, shift);
  }

  /** More rows than these no figure shows. */
  public static final int MOST_ROWS = 1_000;
}
