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
 * @param epochs how many to train; an epoch takes from 40 to 2,000 ms
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
                                  new DeepNetwork("64x5", "tanh", batch, arm, 50),
                                  new DeepNetwork("256x3", "relu", batch, arm, 10))))
          .toList();

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
