package io.github.batchnormlab.report;

import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.StudyResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The study's question answered in words, made from its numbers: the article's three statements,
 * each confirmed, refuted or undecided by this run. The first is told of the training loss and of
 * the test loss by itself, because one may be decided where the other is not.
 *
 * <p>Something is confirmed or refuted only if the whole interval says so, and there are at least
 * {@link Comparison#PAIRS_TO_DECIDE} replicas to take it from. A single replica is no evidence for
 * anything: then the statements are questions without a verdict, and the sentences say what this
 * replica showed.
 *
 * @param lead what the reader must know first
 * @param statements the statements, empty without an arm with and one without batch norm
 */
record Answer(String lead, List<Statement> statements) {

  /** What the article's statements call the network that the other is held against. */
  private static final String WITHOUT = "without";

  /** Two values differ hardly if their ratio is within these, a quarter up or as much down. */
  static final double HARDLY_LOW = 0.8;

  /** The inverse of {@link #HARDLY_LOW}, so that it does not matter which arm comes first. */
  static final double HARDLY_HIGH = 1.25;

  /** What the run says of a statement. */
  enum Verdict {
    CONFIRMED,
    REFUTED,
    UNDECIDED;

    /** The word on the page. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A statement of the article.
   *
   * @param claim the statement, as a question where nothing is decided
   * @param verdict what the run says of it, empty with one replica
   * @param sentences the numbers that say so
   */
  record Statement(String claim, Optional<Verdict> verdict, List<String> sentences) {

    static Statement of(
        String claim, String question, int replicas, Verdict verdict, List<String> sentences) {
      return new Statement(
          replicas == 1 || verdict == Verdict.UNDECIDED ? question : claim,
          replicas == 1 ? Optional.empty() : Optional.of(verdict),
          sentences);
    }
  }

  static Answer of(StudyResult result, Insights insights, Thresholds thresholds) {
    Optional<ArmResult> with =
        result.arms().stream().filter(arm -> arm.arm().normalizes()).findFirst();
    Optional<ArmResult> without =
        result.arms().stream().filter(arm -> !arm.arm().normalizes()).findFirst();
    if (with.isEmpty() || without.isEmpty()) {
      return new Answer(
          "This run cannot say what normalization changes: it has no pair of a network with it and"
              + " one without.",
          List.of());
    }
    return of(result.settings().fit().seed(), with.get(), without.get(), insights, thresholds);
  }

  private static Answer of(
      int seed, ArmResult with, ArmResult without, Insights insights, Thresholds thresholds) {
    return new Answer(
        lead(seed, replicas(with), with.arm()),
        List.of(
            faster("training", Quantity.trainEpochs(thresholds), with, without),
            faster("test", Quantity.testEpochs(thresholds), with, without),
            sameLoss(with, without),
            Complexity.of(insights, with.arm(), without.arm(), replicas(with))));
  }

  private static int replicas(ArmResult arm) {
    return arm.trainLoss().length;
  }

  private static String lead(int seed, int replicas, Arm with) {
    if (replicas == 1) {
      return "This is what one run, that of seed "
          + seed
          + ", showed; it decides nothing, because another seed may show the opposite.";
    }
    String of = replicas + " replicas, the network " + with.label() + " against that without.";
    return replicas < Comparison.PAIRS_TO_DECIDE
        ? of
            + " So few say nothing for certain: even the whole range of their ratios holds the true"
            + " one with less than 95\u00a0%. From "
            + Comparison.PAIRS_TO_DECIDE
            + " replicas on, statements can be confirmed or refuted."
        : of
            + " A statement is confirmed or refuted only if whole intervals say so, else it is"
            + " undecided; of the final loss nothing is said while losses still fall."
            + (MedianInterval.of(replicas).orElseThrow().outer() == 0
                ? " With so few replicas an interval is the whole range of their ratios: one that"
                    + " dissents makes a statement undecided."
                : "");
  }

  private static Statement faster(
      String loss, List<Quantity> epochs, ArmResult with, ArmResult without) {
    List<Comparison> compared = compare(epochs, with, without);
    String method = with.arm().method();
    return Statement.of(
        capital(method) + " makes the " + loss + " loss fall in fewer epochs.",
        "Does " + method + " make the " + loss + " loss fall in fewer epochs?",
        replicas(with),
        faster(compared),
        List.of(epochs(loss, epochs, compared, List.of(with, without), WITHOUT)));
  }

  private static String capital(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  static List<Comparison> compare(List<Quantity> quantities, ArmResult with, ArmResult without) {
    return quantities.stream().map(quantity -> quantity.compare(with, without)).toList();
  }

  /** All losses that can be judged must agree; whether they were reached at all is no vote. */
  static Verdict faster(List<Comparison> epochs) {
    List<Bounded> intervals =
        epochs.stream()
            .filter(Comparison::canDecide)
            .map(comparison -> comparison.interval().orElseThrow())
            .filter(Bounded::saysSomething)
            .toList();
    if (intervals.isEmpty()) {
      return Verdict.UNDECIDED;
    }
    return intervals.stream().allMatch(interval -> interval.isBelow(1))
        ? Verdict.CONFIRMED
        : intervals.stream().allMatch(interval -> interval.isAbove(1))
            ? Verdict.REFUTED
            : Verdict.UNDECIDED;
  }

  /**
   * When two networks came to losses, in sentences.
   *
   * @param reference how the second is called
   */
  static String epochs(
      String loss,
      List<Quantity> quantities,
      List<Comparison> comparisons,
      List<ArmResult> arms,
      String reference) {
    var clauses = new ArrayList<String>();
    var unknown = new ArrayList<String>();
    var never = new ArrayList<String>();
    for (int i = 0; i < quantities.size(); i++) {
      Quantity quantity = quantities.get(i);
      Comparison comparison = comparisons.get(i);
      if (!quantity.isReached(arms)) {
        never.add(quantity.name());
      } else if (comparison.estimate().saysSomething()) {
        clauses.add(
            quantity.name()
                + " in "
                + times(comparison, clauses.isEmpty(), reference)
                + both("epoch ", quantity, arms.get(0), arms.get(1)));
      } else {
        unknown.add(quantity.name());
      }
    }
    var sentences = new ArrayList<String>();
    if (!clauses.isEmpty()) {
      sentences.add(
          "The "
              + loss
              + " loss "
              + arms.get(0).arm().label()
              + " came down to "
              + String.join("; to ", clauses)
              + ".");
    }
    if (!unknown.isEmpty()) {
      sentences.add(
          "Of a "
              + loss
              + " loss of "
              + String.join(", ", unknown)
              + " nothing can be said: too few replicas reached it, or they had it from the start.");
    }
    // In falling order: who did not reach the first did not reach the others.
    if (!never.isEmpty()) {
      sentences.add(
          "Neither network came down to a " + loss + " loss of " + never.get(0) + " or less.");
    }
    return String.join(" ", sentences);
  }

  /** How many times the epochs, never how many times fewer: one direction in all sentences. */
  private static String times(Comparison comparison, boolean first, String reference) {
    return comparison.estimate().text(Numbers::estimate)
        + " times"
        + (first ? " the epochs that it took " + reference : "")
        + comparison.intervalText(first);
  }

  private static Statement sameLoss(ArmResult with, ArmResult without) {
    Comparison test = Quantity.FINAL_TEST_LOSS.compare(with, without);
    Comparison train = Quantity.FINAL_TRAIN_LOSS.compare(with, without);
    int epochs = with.trainLoss()[0].length;
    var sentences = new ArrayList<String>();
    sentences.add(
        "After "
            + Plain.count(epochs)
            + (epochs == 1 ? " epoch" : " epochs")
            + " the test loss "
            + with.arm().label()
            + ratio(test, WITHOUT)
            + both("", Quantity.FINAL_TEST_LOSS, with, without)
            + lower(test)
            + ". The training loss"
            + ratio(train, WITHOUT)
            + both("", Quantity.FINAL_TRAIN_LOSS, with, without)
            + ".");
    Optional<String> falling = Falling.sentence(List.of(with, without));
    falling.ifPresent(sentences::add);
    return Statement.of(
        "The final loss is hardly affected.",
        "Is the final loss hardly affected?",
        replicas(with),
        falling.isPresent() ? Verdict.UNDECIDED : hardly(test),
        sentences);
  }

  /** Whether two values differ hardly, as far as the interval can tell. */
  static Verdict hardly(Comparison comparison) {
    if (!comparison.canDecide()) {
      return Verdict.UNDECIDED;
    }
    Bounded interval = comparison.interval().orElseThrow();
    if (interval.isWithin(HARDLY_LOW, HARDLY_HIGH)) {
      return Verdict.CONFIRMED;
    }
    return interval.isBelow(HARDLY_LOW) || interval.isAbove(HARDLY_HIGH)
        ? Verdict.REFUTED
        : Verdict.UNDECIDED;
  }

  /** How many times the value of the second the first has, as the end of a sentence. */
  static String ratio(Comparison comparison, String reference) {
    return comparison.estimate().saysSomething()
        ? " is "
            + comparison.estimate().text(Numbers::estimate)
            + " times that "
            + reference
            + comparison.intervalText(true)
        : " cannot be compared, because too few replicas have it as a finite number above 0";
  }

  /** The two values of a single replica; where there are more, an interval stands in this place. */
  static String both(String unit, Quantity quantity, ArmResult first, ArmResult second) {
    return replicas(first) > 1
        ? ""
        : " ("
            + unit
            + quantity.of(first).get(0).text(quantity.scale()::value)
            + " against "
            + quantity.of(second).get(0).text(quantity.scale()::value)
            + ")";
  }

  static String lower(Comparison comparison) {
    return comparison.pairs() < 2
        ? ""
        : ", lower in " + comparison.favourFirst() + " of " + comparison.pairs() + " replicas";
  }
}
