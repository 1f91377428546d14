package io.github.batchnormlab.bench;

import java.util.function.ToDoubleFunction;

/**
 * A line of the table: a quotient of two measurements of one round, or one measurement.
 *
 * @param id its name on the command line
 * @param what its name in the table
 * @param target the target in words
 * @param bound the largest number that meets the target, NaN where the target names none
 * @param unit of the measurements
 * @param measured what the row is about
 * @param against what it is divided by, or null
 */
record Row(
    String id,
    String what,
    String target,
    double bound,
    String unit,
    ToDoubleFunction<Round> measured,
    ToDoubleFunction<Round> against) {

  static Row quotient(
      String id,
      String what,
      String target,
      double bound,
      String unit,
      ToDoubleFunction<Round> measured,
      ToDoubleFunction<Round> against) {
    return new Row(id, what, target, bound, unit, measured, against);
  }

  static Row single(
      String id,
      String what,
      String target,
      double bound,
      String unit,
      ToDoubleFunction<Round> measured) {
    return new Row(id, what, target, bound, unit, measured, null);
  }
}
