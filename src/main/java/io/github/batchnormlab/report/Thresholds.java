package io.github.batchnormlab.report;

import io.github.batchnormlab.study.ArmResult;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The losses whose first reaching is counted: finite numbers above 0, kept from the highest to the
 * lowest and each once.
 *
 * @param train those of the training loss
 * @param test those of the test loss
 */
public record Thresholds(List<Double> train, List<Double> test) {

  /** The losses that every report has, so that reports of similar studies compare. */
  static final List<Double> FIXED = List.of(1.0, 0.1, 0.05, 0.02, 0.01);

  /** At most so many more are taken from what the arms came to. */
  private static final int COMMON = 5;

  /** So many of an arm's replicas must have come to a loss: a few that are stuck do not count. */
  private static final double MOST = 0.75;

  /** A loss nearer than this to a fixed one would tell the same again. */
  private static final double NEAR = 1.5;

  /**
   * @throws IllegalArgumentException if one cannot be used; the message is the rule
   */
  public Thresholds {
    train = falling(train);
    test = falling(test);
  }

  /**
   * The losses that suit some arms: the fixed ones, and up to five more, for the training loss and
   * for the test loss each. These lie evenly in logarithm between the lowest loss that a replica
   * began with and the lowest that each arm came to in three of four replicas, and have two digits.
   * Left out are those that rounding makes equal or moves out of that range, and those near a fixed
   * one in it; where nothing fell there are none. They do not depend on which arm is which, and are
   * chosen before any two are compared.
   *
   * @param arms what the arms gave, of one run or of several
   */
  public static Thresholds of(List<ArmResult> arms) {
    return new Thresholds(of(arms, ArmResult::trainLoss), of(arms, ArmResult::testLoss));
  }

  /**
   * Reads {@code LOSS,LOSS...}, for both losses.
   *
   * @throws IllegalArgumentException if it is no such list; the message is the rule
   */
  public static Thresholds parse(String text) {
    try {
      List<Double> losses = Arrays.stream(text.split(",", -1)).map(Double::parseDouble).toList();
      return new Thresholds(losses, losses);
    } catch (NumberFormatException e) {
      throw notLosses();
    }
  }

  private static List<Double> falling(List<Double> losses) {
    if (!losses.stream().allMatch(loss -> loss > 0 && Double.isFinite(loss))) {
      throw notLosses();
    }
    return losses.stream().distinct().sorted(Comparator.reverseOrder()).toList();
  }

  private static IllegalArgumentException notLosses() {
    return new IllegalArgumentException("must be finite numbers above 0, joined by commas");
  }

  private static List<Double> of(List<ArmResult> arms, Function<ArmResult, double[][]> losses) {
    double from =
        arms.stream()
            .flatMap(arm -> Arrays.stream(losses.apply(arm)))
            .mapToDouble(replica -> replica[0])
            .filter(loss -> loss > 0)
            .min()
            .orElse(0);
    double to =
        arms.stream().mapToDouble(arm -> reachedByMost(losses.apply(arm))).max().orElseThrow();
    return Stream.concat(FIXED.stream(), between(from, to).filter(loss -> isFar(loss, from, to)))
        .toList();
  }

  private static Stream<Double> between(double from, double to) {
    double width = Math.log(to) - Math.log(from);
    return IntStream.rangeClosed(1, COMMON)
        .mapToObj(i -> Math.exp(Math.log(from) + width * i / (COMMON + 1)))
        .filter(Double::isFinite)
        .map(loss -> new BigDecimal(loss).round(new MathContext(2)).doubleValue())
        .filter(loss -> isWithin(loss, from, to));
  }

  private static boolean isWithin(double loss, double from, double to) {
    return loss < from && loss >= to;
  }

  private static boolean isFar(double loss, double from, double to) {
    return FIXED.stream()
        .filter(fixed -> isWithin(fixed, from, to))
        .noneMatch(fixed -> loss < NEAR * fixed && fixed < NEAR * loss);
  }

  /** The lowest loss that so many replicas came to; a loss of 0 has no place between others. */
  private static double reachedByMost(double[][] replicas) {
    double[] lowest =
        Arrays.stream(replicas)
            .mapToDouble(
                losses ->
                    Arrays.stream(losses)
                        .filter(loss -> loss > 0)
                        .min()
                        .orElse(Double.POSITIVE_INFINITY))
            .sorted()
            .toArray();
    return lowest[(int) Math.ceil(MOST * lowest.length) - 1];
  }
}
