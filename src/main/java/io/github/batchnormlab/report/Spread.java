package io.github.batchnormlab.report;

import java.util.List;

/**
 * What the replicas of one arm came to in one quantity.
 *
 * <p>A replica that never reached a loss is censored: its epoch is at least the number of epochs
 * trained. The median and the quartiles are exact as long as no censored value has a part in them,
 * else they are lower bounds, shown as {@code ≥ 10,000}; never is a censored value taken for an
 * exact one, and never is it left out.
 *
 * @param replicas how many replicas there are
 * @param available in how many of them the quantity is available
 * @param exact in how many it is exactly known: those that reached the loss
 * @param lower the lower quartile
 * @param median the median
 * @param upper the upper quartile
 * @see Quantiles
 */
record Spread(
    int replicas, int available, int exact, Bounded lower, Bounded median, Bounded upper) {

  static Spread of(List<Bounded> replicas) {
    List<Bounded> available = replicas.stream().filter(Bounded::isAvailable).toList();
    return new Spread(
        replicas.size(),
        available.size(),
        (int) available.stream().filter(Bounded::isExact).count(),
        Quantiles.of(available, 0.25),
        Quantiles.of(available, 0.5),
        Quantiles.of(available, 0.75));
  }
}
