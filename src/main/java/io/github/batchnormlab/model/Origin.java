package io.github.batchnormlab.model;

import java.util.List;

/**
 * Which network of which run a saved one is, as far as its settings and its arm do not say it. Runs
 * of the same settings and the same table train the same networks.
 *
 * @param replica which of its study's replicas it is, from 0
 * @param epochs for how many epochs it has been trained
 * @param sums the SHA-256 of the table's files, as hexadecimal digits; none of the article's points
 */
public record Origin(int replica, int epochs, List<String> sums) {
  /**
   * Takes a copy of the sums.
   *
   * @param replica which of its study's replicas it is, from 0
   * @param epochs for how many epochs it has been trained
   * @param sums the SHA-256 of the table's files, as hexadecimal digits; none of the article's
   *     points
   */
  public Origin {
    sums = List.copyOf(sums);
  }
}
