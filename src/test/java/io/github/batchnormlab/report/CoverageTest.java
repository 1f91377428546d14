package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Whether intervals hold the true median as often as they say: 10,000 experiments with made-up
 * replicas, whose true median ratio is known, for each number of replicas.
 */
class CoverageTest {
  private static final int EXPERIMENTS = 10_000;

  /** After so many epochs the made-up trainings end. */
  private static final double EPOCHS = 100;

  /** A value of each arm. */
  private record Replica(Bounded first, Bounded second) {}

  /** Where the replicas come from. The first four are of continuous ratios. */
  private enum Population {
    NORMAL(Math.exp(0.3), random -> ratio(random, 0.3 + 0.5 * random.nextGaussian())),

    /** Skewed, like the next. The median of the logarithms is ln 2 - 1. */
    EXPONENTIAL(2 / Math.E, random -> ratio(random, random.nextExponential() - 1)),

    LOGNORMAL(Math.E, random -> ratio(random, Math.exp(random.nextGaussian()))),

    /** With tails so heavy that the logarithms have no mean. */
    CAUCHY(
        Math.exp(-0.2),
        random -> ratio(random, 0.1 * Math.tan(Math.PI * (random.nextDouble() - 0.5)) - 0.2)),

    /** Half of all trainings of the second arm end before they reach the loss. */
    ONE_ARM_MAY_NOT_REACH_IT(
        0.8,
        random -> {
          double second = EPOCHS * Math.exp(0.5 * random.nextGaussian());
          return new Replica(Bounded.exactly(second * factor(random)), reached(second));
        }),

    BOTH_ARMS_MAY_NOT_REACH_IT(
        0.8,
        random -> {
          double second = EPOCHS * Math.exp(0.5 * random.nextGaussian());
          return new Replica(reached(second * factor(random)), reached(second));
        }),

    /** Who is slow in one arm is fast in the other, so that most replicas have one that ends. */
    SELDOM_BOTH_REACH_IT(
        0.8,
        random -> {
          double root = Math.sqrt(factor(random));
          double both = EPOCHS * Math.exp(0.1 * random.nextGaussian());
          return new Replica(reached(both * root), reached(both / root));
        }),

    /** Whole epochs, so that many ratios are equal: 1/2, 3/4, 1, 5/4 or 2, with 1 in the middle. */
    TIES(
        1,
        random -> {
          int second = 4 * random.nextInt(1, 30);
          double share = random.nextDouble();
          double factor =
              share < 0.2 ? 0.5 : share < 0.45 ? 0.75 : share < 0.75 ? 1 : share < 0.9 ? 1.25 : 2;
          return new Replica(reached(second * factor), reached(second));
        }),

    /** 15 % of all trainings of the first arm fail, and 5 % of the second. */
    FAILING(
        medianWithFailing(0.15, 0.05),
        random -> {
          Replica replica = ratio(random, 0.5 * random.nextGaussian());
          return new Replica(
              random.nextDouble() < 0.15 ? Bounded.INFINITE : replica.first(),
              random.nextDouble() < 0.05 ? Bounded.INFINITE : replica.second());
        });

    final double median;
    final Function<RandomGenerator, Replica> draw;

    Population(double median, Function<RandomGenerator, Replica> draw) {
      this.median = median;
      this.draw = draw;
    }

    boolean isContinuous() {
      return compareTo(CAUCHY) <= 0;
    }

    /** From 6 to 64, of one population each number to 24; the others take the time. */
    IntStream replicas() {
      var some = IntStream.of(6, 7, 8, 9, 10, 12, 16, 20, 24, 32, 48, 64);
      return this == NORMAL
          ? IntStream.concat(IntStream.rangeClosed(6, 24), some).distinct()
          : some;
    }
  }

  private static Replica ratio(RandomGenerator random, double log) {
    double second = Math.exp(random.nextGaussian());
    return new Replica(Bounded.exactly(second * Math.exp(log)), Bounded.exactly(second));
  }

  private static double factor(RandomGenerator random) {
    return 0.8 * Math.exp(0.6 * random.nextGaussian());
  }

  private static Bounded reached(double epoch) {
    return epoch < EPOCHS ? Bounded.exactly(epoch) : Bounded.atLeast(EPOCHS);
  }

  /** Where only the second fails the ratio is 0; so much less than half lies above 0 and below. */
  private static double medianWithFailing(double first, double second) {
    double zero = (1 - first) * second;
    double between = (1 - first) * (1 - second) + first * second;
    var normal = new NormalDistribution(null, 0, 0.5);
    return Math.exp(normal.inverseCumulativeProbability((0.5 - zero) / between));
  }

  /** In which share of all experiments the interval holds the true median. */
  private static final Map<Population, Map<Integer, Double>> COVERAGE =
      new EnumMap<>(Population.class);

  @BeforeAll
  static void simulate() {
    for (Population population : Population.values()) {
      COVERAGE.put(
          population,
          population
              .replicas()
              .parallel()
              .boxed()
              .collect(Collectors.toMap(n -> n, n -> coverage(population, n))));
    }
  }

  private static double coverage(Population population, int replicas) {
    var random = new SplittableRandom(100L * population.ordinal() + replicas);
    int held = 0;
    for (int i = 0; i < EXPERIMENTS; i++) {
      var first = new ArrayList<Bounded>(replicas);
      var second = new ArrayList<Bounded>(replicas);
      for (int replica = 0; replica < replicas; replica++) {
        Replica drawn = population.draw.apply(random);
        first.add(drawn.first());
        second.add(drawn.second());
      }
      Bounded interval = Comparison.ratio(first, second).interval().orElseThrow();
      // Logarithms round the last digits, which matters where ratios are equal to the median.
      if (interval.low() <= population.median * (1 + 1e-12)
          && interval.high() >= population.median * (1 - 1e-12)) {
        held++;
      }
    }
    return held / (double) EXPERIMENTS;
  }

  private static double standardError(double coverage) {
    return Math.sqrt(coverage * (1 - coverage) / EXPERIMENTS);
  }

  private static void assertEach(
      List<Population> populations, BiPredicate<Integer, Double> isRight) {
    var wrong = new TreeMap<String, Double>();
    for (Population population : populations) {
      COVERAGE
          .get(population)
          .forEach(
              (replicas, coverage) -> {
                if (!isRight.test(replicas, coverage)) {
                  wrong.put(population + " " + replicas, coverage);
                }
              });
    }
    assertEquals(Map.of(), wrong);
  }

  @Test
  void everyIntervalHoldsTheTrueMedianInAtLeast95PercentOfAllExperiments() {
    // Less the error of the simulation: three standard errors, 0.65 %.
    double least = 0.95 - 3 * standardError(0.95);

    assertEach(List.of(Population.values()), (replicas, coverage) -> coverage >= least);
  }

  @Test
  void ofContinuousRatiosItHoldsItAsOftenAsIsSaid() {
    // Four standard errors, because there are 58 numbers to agree.
    assertEach(
        Stream.of(Population.values()).filter(Population::isContinuous).toList(),
        (replicas, coverage) -> {
          double said = MedianInterval.of(replicas).orElseThrow().coverage();
          return Math.abs(coverage - said) <= 4 * standardError(said);
        });
  }
}
