package io.github.batchnormlab.export;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.Activation;
import io.github.batchnormlab.study.Precision;
import io.github.batchnormlab.study.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Settings of networks to export. */
final class Networks {
  private static final List<String> HIDDEN = List.of("5", "4,6", "6,3,5");

  private Networks() {}

  /** Every arm with every activation and precision; depths, biases and scales take turns. */
  static List<Settings> all() {
    List<Settings> all = new ArrayList<>();
    for (Arms arm : Arms.values()) {
      for (Activation activation : Activation.values()) {
        for (Precision precision : Precision.values()) {
          int i = all.size();
          all.add(
              Settings.parse(
                  Map.of(
                      "data", "some.csv",
                      "target", "some",
                      "arms", arm.id(),
                      "activation", activation.id(),
                      "precision", precision.id(),
                      "hidden", HIDDEN.get(i / 2 % HIDDEN.size()),
                      "bias", Boolean.toString(i % 4 < 2),
                      "epsilon", List.of("0.1", "1e-6", "2").get(i / 4 % 3),
                      "standardize", Boolean.toString(i % 7 > 0))));
        }
      }
    }
    return all;
  }
}
