package io.github.batchnormlab.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a network says of a row.
 *
 * @param values of a regression each target in the units of the table, of a classification the
 *     probability of each class; by name, in the order of the outputs
 * @param label the class with the largest probability; empty for regression, and if a probability
 *     is not a number
 */
public record Prediction(Map<String, Double> values, Optional<String> label) {
  /**
   * Takes a copy, in its order.
   *
   * @param values by name
   * @param label the class, if there is one
   */
  public Prediction {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}
