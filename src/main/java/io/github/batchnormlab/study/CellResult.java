package io.github.batchnormlab.study;

import java.util.List;

/**
 * What became of a cell of a sweep.
 *
 * @param cell the cell
 * @param failure why it has no result that could be used, a sentence; empty if it has one
 * @param replicas what its networks came to, arm by arm; none if it could not be trained
 */
public record CellResult(Sweep.Cell cell, String failure, List<ReplicaResult> replicas) {

  /**
   * Takes a copy of the list.
   *
   * @param cell the cell
   * @param failure why it has no result that could be used, a sentence; empty if it has one
   * @param replicas what its networks came to, arm by arm; none if it could not be trained
   */
  public CellResult {
    replicas = List.copyOf(replicas);
  }

  /**
   * {@return that of a cell that was trained to its end}
   *
   * @param cell the cell
   * @param result what its study gave
   * @param losses the training losses whose first reaching is told
   */
  public static CellResult of(Sweep.Cell cell, StudyResult result, List<Double> losses) {
    return new CellResult(
        cell,
        result.hasFailed() ? "Every network failed, because no loss stayed finite." : "",
        ReplicaResult.of(result, losses));
  }

  /**
   * {@return that of a cell that could not be trained}
   *
   * @param cell the cell
   * @param reason why, a sentence
   */
  public static CellResult failed(Sweep.Cell cell, String reason) {
    return new CellResult(cell, reason, List.of());
  }

  /** {@return whether it has no result that could be used} */
  public boolean hasFailed() {
    return !failure.isEmpty();
  }

  /**
   * {@return what the replicas of an arm came to, in their order}
   *
   * @param arm the arm
   */
  public List<ReplicaResult> of(Arm arm) {
    return replicas.stream().filter(replica -> replica.arm().equals(arm)).toList();
  }
}
