package io.github.batchnormlab.bench;

import java.util.List;
import java.util.stream.Stream;

/**
 * A network with several hidden layers on a table of 20 features.
 *
 * @param layers the hidden layers, such as {@code 64x5}
 * @param activation the activation behind each
 * @param batch rows of a batch, or {@code full}
 * @param arm {@code batch-norm} or {@code none}
 * @param epochs how many to train: so many that the first looks inside, which a short training has
 *     as well as a long one, are among the epochs to warm up
 */
record DeepNetwork(String layers, String activation, String batch, String arm, int epochs) {
  static final int FEATURES = 20;
  static final int TRAIN_ROWS = 10_000;
  static final int TEST_ROWS = 2_500;

  static final List<DeepNetwork> ALL =
      Stream.of("none", "batch-norm")
          .flatMap(
              arm ->
                  Stream.of("full", "128")
                      .flatMap(
                          batch ->
                              Stream.of(
                                  new DeepNetwork("64x5", "tanh", batch, arm, 100),
                                  new DeepNetwork("256x3", "relu", batch, arm, 40))))
          .toList();

  /** What {@code DeepProducts} takes: the shapes of all products of an epoch. */
  String[] products() {
    String[] unitsAndLayers = layers.split("x");
    boolean isFull = batch.equals("full");
    return new String[] {
      Integer.toString(FEATURES),
      unitsAndLayers[0],
      unitsAndLayers[1],
      Integer.toString(TRAIN_ROWS),
      isFull ? "1000" : batch,
      Integer.toString(TEST_ROWS),
      "834",
      Integer.toString(epochs)
    };
  }

  @Override
  public String toString() {
    return FEATURES
        + " -> "
        + layers.replace("x", " x ")
        + " -> 1 "
        + activation
        + ", `"
        + arm
        + "`, "
        + (batch.equals("full") ? "full batch" : "batches of " + batch);
  }
}
