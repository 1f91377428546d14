package io.github.batchnormlab.study;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One of the networks that a study compares.
 *
 * <p>All arms see the same data and start from the same weights; they differ only in what stands
 * between the first linear layer and tanh.
 */
public enum Arm {
  /** Batch normalization whose variance divides by n - 1, as the article's program does. */
  BATCH_NORM("batch-norm", "with BN"),
  /** The same as {@link #BATCH_NORM}, computed step by step as the definition says. */
  BATCH_NORM_PLAIN("batch-norm-plain", "with plain BN"),
  /** Batch normalization whose variance divides by n, as the article's formula does. */
  BATCH_NORM_POPULATION("batch-norm-population", "with population BN"),
  /** DJL's own batch normalization layer, for comparison. */
  DJL_BATCH_NORM("djl-batch-norm", "with DJL BN"),
  /** No normalization. */
  NONE("none", "without BN");

  private final String id;
  private final String label;

  Arm(String id, String label) {
    this.id = id;
    this.label = label;
  }

  /** The name in options, files and folders, such as {@code batch-norm}. */
  public String id() {
    return id;
  }

  /** The name in legends, after the words "train" or "test", such as {@code with BN}. */
  public String label() {
    return label;
  }

  /** Whether training needs at least two points: n - 1 must not be 0, and DJL's layer insists. */
  public boolean needsTwoPoints() {
    return this == BATCH_NORM || this == BATCH_NORM_PLAIN || this == DJL_BATCH_NORM;
  }

  /** The arm named {@code id}, if there is one. */
  public static Optional<Arm> find(String id) {
    return Arrays.stream(values()).filter(arm -> arm.id.equals(id)).findFirst();
  }

  /**
   * Reads names separated by commas.
   *
   * @throws SettingException if one is no arm's
   */
  public static List<Arm> parseList(String ids) {
    return Arrays.stream(ids.split(",", -1))
        .map(String::strip)
        .map(
            id ->
                find(id)
                    .orElseThrow(
                        () -> new SettingException("arms", id, "must name arms of " + ids())))
        .toList();
  }

  /** The names of all arms, separated by commas. */
  public static String ids() {
    return Arrays.stream(values()).map(Arm::id).collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return id;
  }
}
