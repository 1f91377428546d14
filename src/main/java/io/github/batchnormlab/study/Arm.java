package io.github.batchnormlab.study;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.regex.Pattern;

/**
 * One of the networks that a study compares, as far as that is known without a network.
 *
 * <p>All arms see the same data and start from the same weights; they differ only in what stands
 * between a linear layer and the activation behind it. The arms are declared where their layers are
 * made, see {@link Catalog}.
 */
public interface Arm extends Serializable {

  /** The {@link #method} of the arms of batch normalization. */
  String BATCH_NORM = "batch normalization";

  /** {@return the name in options, files and folders, such as {@code batch-norm}} */
  String id();

  /** {@return how a user asks for it; what {@link #parseList} reads} */
  default String text() {
    return id();
  }

  /** {@return the name in legends, after the words "train" or "test", such as {@code with BN}} */
  String label();

  /**
   * {@return the colour of its lines, {@code #rrggbb}, told from the others' by colour-blind
   * readers}
   */
  String colour();

  /**
   * {@return what it does, as a reader of a report knows it, such as {@code batch normalization}}
   */
  String method();

  /** {@return what it is, in a few words for the help} */
  String description();

  /** {@return whether it normalizes; the arm that does not is what the others are held against} */
  boolean normalizes();

  /** {@return the smallest training set: where a variance divides by n - 1, one row is too few} */
  int leastRows();

  /** {@return whether one block of it can hold several replicas, which then train together} */
  default boolean hasReplicas() {
    return true;
  }

  /** All arms of a program, found by {@link ServiceLoader}, so that this package needs no DJL. */
  interface Catalog {
    /** {@return the arms, in the order of the help} */
    List<? extends Arm> arms();

    /**
     * An arm whose layer is a class of the user's.
     *
     * @param id its name
     * @param className the class, which need not be there yet
     * @param index which of a study's own arms it is, from 0
     * @return the arm
     */
    Arm own(String id, String className, int index);
  }

  /** {@return all arms} */
  static List<Arm> all() {
    return Known.ARMS;
  }

  /** Looked for once, when somebody asks first. */
  final class Known {
    private static final Catalog CATALOG =
        ServiceLoader.load(Catalog.class, Arm.class.getClassLoader()).findFirst().orElseThrow();

    private static final List<Arm> ARMS = List.copyOf(CATALOG.arms());

    // Both are of parts that give nothing back: a text of any length is read in one go.
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*+(-[a-z0-9]++)*+");

    private static final Pattern CLASS =
        Pattern.compile("\\p{javaJavaIdentifierPart}++(\\.\\p{javaJavaIdentifierPart}++)*+");

    private static final int LONGEST_NAME = 40;

    private static Arm own(String id, String className, int index) {
      if (!NAME.matcher(id).matches() || id.length() > LONGEST_NAME || find(id).isPresent()) {
        throw new IllegalArgumentException(
            "must give a layer of your own a name of at most "
                + LONGEST_NAME
                + " small letters, digits and dashes that no other arm has, as in"
                + " mine=com.example.MyNorm");
      }
      if (!CLASS.matcher(className).matches()) {
        throw new IllegalArgumentException(
            "must name a class behind =, as in mine=com.example.MyNorm");
      }
      return CATALOG.own(id, className, index);
    }

    private Known() {}
  }

  /**
   * {@return the arm named {@code id}, if there is one}
   *
   * @param id the name
   */
  static Optional<Arm> find(String id) {
    return all().stream().filter(arm -> arm.id().equals(id)).findFirst();
  }

  /**
   * Reads names separated by commas, each of an arm, or of one to come and its class: {@code
   * mine=com.example.MyNorm}.
   *
   * @param texts what the user has written
   * @return the arms
   * @throws IllegalArgumentException if one is neither; the message is the rule
   */
  static List<Arm> parseList(String texts) {
    String known = String.join(", ", descriptions().keySet());
    List<Arm> arms = new ArrayList<>();
    int own = 0;
    for (String text : texts.split(",", -1)) {
      String[] parts = text.strip().split("=", 2);
      arms.add(
          parts.length == 2
              ? Known.own(parts[0], parts[1], own++)
              : find(parts[0])
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "must name arms of " + known + ", or your own as NAME=CLASS")));
    }
    return arms;
  }

  /** {@return what each arm is, by its name} */
  static Map<String, String> descriptions() {
    Map<String, String> descriptions = new LinkedHashMap<>();
    all().forEach(arm -> descriptions.put(arm.id(), arm.description()));
    return descriptions;
  }
}
