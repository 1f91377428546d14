package io.github.batchnormlab.study;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A measure of what a network says of the test rows after an epoch.
 *
 * @param kind what is measured
 * @param target the column that it is about
 */
public record Metric(Kind kind, String target) implements Serializable {

  /**
   * {@return what each epoch of a network is measured by}
   *
   * @param task what is learned
   * @param targets the columns that are learned
   */
  public static List<Metric> of(Task task, List<String> targets) {
    return task == Task.CLASSIFICATION
        ? List.of(
            new Metric(Kind.ACCURACY, targets.get(0)),
            new Metric(Kind.CROSS_ENTROPY, targets.get(0)))
        : targets.stream()
            .flatMap(
                target -> Stream.of(new Metric(Kind.R2, target), new Metric(Kind.RMSE, target)))
            .toList();
  }

  /**
   * {@return the coefficient of determination}
   *
   * @param errors the sum of squared errors
   * @param squares the sum of squares about the mean
   * @param rows how many rows they are of
   */
  public static double determination(double errors, double squares, long rows) {
    if (rows < 2) {
      return Double.NaN;
    }
    return squares == 0 && Double.isFinite(errors) ? errors == 0 ? 1 : 0 : 1 - errors / squares;
  }

  /** What can be measured. */
  public enum Kind {
    /**
     * The coefficient of determination, 1 less the sum of squared errors over that about the mean
     * of the test rows. Of a target that is constant there it is 1 if it is hit and else 0, as
     * {@code sklearn.metrics.r2_score} has it; of a single row it is not a number.
     */
    R2("r2", "R²", true),
    /** The root mean squared error in the units of the file. */
    RMSE("rmse", "RMSE", false),
    /** The share of rows whose class has the largest output. */
    ACCURACY("accuracy", "accuracy", true),
    /** The mean cross-entropy, in nats. */
    CROSS_ENTROPY("cross_entropy", "cross-entropy", false);

    private final String id;
    private final String label;
    private final boolean largerIsBetter;

    Kind(String id, String label, boolean largerIsBetter) {
      this.id = id;
      this.label = label;
      this.largerIsBetter = largerIsBetter;
    }

    /**
     * {@return the kind of a name}
     *
     * @param id the name
     * @throws IllegalArgumentException if there is none
     */
    public static Kind of(String id) {
      return Arrays.stream(values())
          .filter(kind -> kind.id.equals(id))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no metric is called " + id));
    }

    /** {@return the name in {@code metrics.csv}} */
    public String id() {
      return id;
    }

    /** {@return the name for readers} */
    public String label() {
      return label;
    }

    /** {@return whether a larger value is better} */
    public boolean largerIsBetter() {
      return largerIsBetter;
    }
  }
}
