package io.github.batchnormlab.study;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * One of the networks that a study compares, as far as that is known without a network.
 *
 * <p>All arms see the same data and start from the same weights; they differ only in what stands
 * between a linear layer and the activation behind it. The arms are declared where their layers are
 * made, see {@link Catalog}.
 */
public interface Arm {

  /** The name in options, files and folders, such as {@code batch-norm}. */
  String id();

  /** The name in legends, after the words "train" or "test", such as {@code with BN}. */
  String label();

  /** The colour of its lines, {@code #rrggbb}, told from the others' by colour-blind readers. */
  String colour();

  /** What it does, as a reader of a report knows it, such as {@code batch normalization}. */
  String method();

  /** What it is, in a few words for the help. */
  String description();

  /** Whether it normalizes; the arm that does not is what the others are held against. */
  boolean normalizes();

  /** The smallest training set: where a variance divides by n - 1, one row is too few. */
  int leastRows();

  /** All arms of a program, found by {@link ServiceLoader}, so that this package needs no DJL. */
  interface Catalog {
    /** The arms, in the order of the help. */
    List<? extends Arm> arms();
  }

  /** All arms. */
  static List<Arm> all() {
    return Known.ARMS;
  }

  /** Looked for once, when somebody asks first. */
  final class Known {
    private static final List<Arm> ARMS =
        ServiceLoader.load(Catalog.class, Arm.class.getClassLoader()).stream()
            .flatMap(catalog -> catalog.get().arms().stream())
            .map(Arm.class::cast)
            .toList();

    private Known() {}
  }

  /** The arm named {@code id}, if there is one. */
  static Optional<Arm> find(String id) {
    return all().stream().filter(arm -> arm.id().equals(id)).findFirst();
  }

  /**
   * Reads names separated by commas.
   *
   * @throws IllegalArgumentException if one is no arm's; the message is the rule
   */
  static List<Arm> parseList(String ids) {
    String known = String.join(", ", descriptions().keySet());
    return Arrays.stream(ids.split(",", -1))
        .map(String::strip)
        .map(
            id ->
                find(id)
                    .orElseThrow(() -> new IllegalArgumentException("must name arms of " + known)))
        .toList();
  }

  /** What each arm is, by its name. */
  static Map<String, String> descriptions() {
    Map<String, String> descriptions = new LinkedHashMap<>();
    all().forEach(arm -> descriptions.put(arm.id(), arm.description()));
    return descriptions;
  }
}
