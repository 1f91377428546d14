package io.github.batchnormlab.report;

import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.StudyResult;
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

  /** At most so many are taken from what arms came to that learn a table. */
  private static final int OF_TABLES = 8;

  /** So many of an arm's replicas must have come to a loss: a few that are stuck do not count. */
  private static final double MOST = 0.75;

  /** A loss nearer than this to a fixed one would tell the same again. */
  private static final double NEAR = 1.5;

  /**
   * @param train those of the training loss
   * @param test those of the test loss
   * @throws IllegalArgumentException if one cannot be used; the message is the rule
   */
  public Thresholds {
    train = falling(train);
    test = falling(test);
  }

  /**
   * {@return the losses that suit some arms: the fixed ones, and up to five more, for the training
   * loss and for the test loss each} These lie evenly in logarithm between the lowest loss that a
   * replica began with and the lowest that each arm came to in three of four replicas, and have two
   * digits. Left out are those that rounding makes equal or moves out of that range, and those near
   * a fixed one in it; where nothing fell there are none. They do not depend on which arm is which,
   * and are chosen before any two are compared.
   *
   * @param arms what the arms gave, of one run or of several
   */
  public static Thresholds of(List<ArmResult> arms) {
    return new Thresholds(of(arms, ArmResult::trainLoss), of(arms, ArmResult::testLoss));
  }

  /**
   * {@return the losses that suit some studies} Of the article's points they are those of {@link
   * #of(List)}. Losses of a table are of any size, and the fixed ones say nothing of them: there
   * are only those, up to eight, that lie evenly between what all began with and what all came to.
   *
   * @param results the results of the studies
   */
  public static Thresholds of(StudyResult... results) {
    List<ArmResult> arms =
        Arrays.stream(results).flatMap(result -> result.arms().stream()).toList();
    return Arrays.stream(results).anyMatch(result -> result.data().isPresent())
        ? new Thresholds(
            common(arms, ArmResult::trainLoss).toList(), common(arms, ArmResult::testLoss).toList())
        : of(arms);
  }

  private static Stream<Double> common(
      List<ArmResult> arms, Function<ArmResult, double[][]> losses) {
    return between(from(arms, losses), to(arms, losses), OF_TABLES);
  }

  /**
   * Reads {@code LOSS,LOSS...}, for both losses.
   *
   * @param text the text
   * @return the thresholds
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
    double from = from(arms, losses);
    double to = to(arms, losses);
    return Stream.concat(
            FIXED.stream(), between(from, to, COMMON).filter(loss -> isFar(loss, from, to)))
        .toList();
  }

  /** The lowest loss that a replica began with. */
  private static double from(List<ArmResult> arms, Function<ArmResult, double[][]> losses) {
    return arms.stream()
        .flatMap(arm -> Arrays.stream(losses.apply(arm)))
        .mapToDouble(replica -> replica[0])
        .filter(loss -> loss > 0)
        .min()
        .orElse(0);
  }

  /** The lowest loss that most replicas of each arm came to. */
  private static double to(List<ArmResult> arms, Function<ArmResult, double[][]> losses) {
    return arms.stream().mapToDouble(arm -> reachedByMost(losses.apply(arm))).max().orElseThrow();
  }

  private static Stream<Double> between(double from, double to, int count) {
    double width = Math.log(to) - Math.log(from);
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> Math.exp(Math.log(from) + width * i / (count + 1)))
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
