package io.github.batchnormlab.report;

import java.util.Optional;
import org.apache.commons.math3.distribution.BinomialDistribution;

/**
 * Between which of n ordered values the median of their distribution lies, and how surely.
 *
 * <p>A value is as likely below the median as above it. So of n independent values the k-th
 * smallest lies above the median only if fewer than k of n tosses of a coin show heads, and the
 * k-th largest below it as rarely: between the two lies the median with the probability 1 - 2 P(B <
 * k), B binomial with n and 1/2. That holds for every continuous distribution exactly, and with at
 * least this probability where values can be equal (David and Nagaraja 2003, "Order Statistics",
 * third edition, chapter 7; Conover 1999, "Practical Nonparametric Statistics", third edition,
 * section 3.2). The interval is made of the medians that the two-sided sign test does not reject.
 *
 * <p>As many values are left out below as above, the most that leave 95 %. For some n, such as 11,
 * one more could go on one side only. But then exchanging the arms would not give the inverse, the
 * error on that side would pass 2.5 %, and to choose the side after a look at the values would cost
 * the 95 %.
 *
 * @param values how many there are
 * @param outer how many of the smallest, and of the largest, values lie outside
 * @param coverage the probability that the median lies inside, at least 0.95
 * @param narrower that of the next narrower interval, less than 0.95
 */
record MedianInterval(int values, int outer, double coverage, double narrower) {

  /** No interval is widened for being one of several. */
  private static final String ALONE =
      " That is so for each interval by itself; of many, some miss.";

  /** Every interval, in words. */
  static final String WORDS =
      "An interval leaves out as many of the lowest ratios as of the highest, the most that leave a"
          + " probability of 95\u00a0% that it holds the median of all seeds there could be. Only"
          + " whole ratios can be left out, so the exact one is larger: it stands in the head of the"
          + " column."
          + ALONE;

  /** On either side so much at most may be lost of the probability; no tail has it exactly. */
  private static final double TAIL = 0.025;

  /** Of so many values; empty if even all of them span too little, which is so below six. */
  static Optional<MedianInterval> of(int values) {
    // Without a generator of random numbers, which nothing here draws from.
    var below = new BinomialDistribution(null, values, 0.5);
    int outer = below.inverseCumulativeProbability(TAIL) - 1;
    return outer < 0
        ? Optional.empty()
        : Optional.of(
            new MedianInterval(
                values,
                outer,
                1 - 2 * below.cumulativeProbability(outer),
                1 - 2 * below.cumulativeProbability(outer + 1)));
  }

  /** What that of a number of values is called, such as {@code 98.4 % interval}. */
  static String name(int values) {
    return of(values).map(interval -> interval.percent() + " ").orElse("") + "interval";
  }

  /** The interval of values in rising order, each known by a lower and an upper bound. */
  Bounded of(double[] lows, double[] highs) {
    return new Bounded(lows[outer], highs[highs.length - 1 - outer]);
  }

  /** The interval of a number of replicas in words, or why they have none. */
  static String words(int replicas) {
    return of(replicas)
        .map(MedianInterval::words)
        .orElse(
            "So few seeds have no 95\u00a0% interval: even all of their ratios span too little.");
  }

  private String words() {
    String spans =
        outer == 0
            ? "all "
                + values
                + " ratios, from the lowest to the highest. It misses the median of all seeds there"
                + " could be only if all ratios fall on the same side of it, as seldom as "
                + values
                + " tosses of a coin all show the same"
            : "the ratios without the "
                + outer
                + " lowest and the "
                + outer
                + " highest. It misses the median of all seeds there could be only if at most "
                + outer
                + " of the "
                + values
                + " ratios fall on one side of it, as seldom as so many tosses of a coin show at most"
                + " that many heads, or that many tails";
    return "The interval spans "
        + spans
        + ": it holds that median with a probability of at least 95\u00a0%, here "
        + percent()
        + ". The next narrower one, without one more ratio at each end, would have "
        + Numbers.significant(100 * narrower)
        + "\u00a0%."
        + ALONE;
  }

  private String percent() {
    return Numbers.estimate(100 * coverage) + "\u00a0%";
  }
}
