package io.github.batchnormlab.report;

import io.github.batchnormlab.report.Answer.Statement;
import io.github.batchnormlab.report.Answer.Verdict;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.StudyResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What normalization changes for a table of the user's own: the article's statements are not about
 * it, so each arm is held against the one without normalization, and the numbers say what is
 * certain.
 */
final class TableAnswer {
  /** More losses to reach make a sentence that nobody reads; the tables have all. */
  private static final int MOST_LOSSES = 3;

  /** The first of the ends are losses, told in a sentence of their own. */
  private static final int LOSSES = 2;

  private final ArmResult arm;
  private final ArmResult reference;
  private final List<Quantity> ends;
  private final Thresholds thresholds;

  private TableAnswer(
      ArmResult arm, ArmResult reference, List<Quantity> metrics, Thresholds thresholds) {
    this.arm = arm;
    this.reference = reference;
    this.thresholds = thresholds;
    ends = new ArrayList<>(List.of(Quantity.FINAL_TEST_LOSS, Quantity.BEST_TEST_LOSS));
    ends.addAll(metrics);
  }

  /**
   * The answer to what each arm changes.
   *
   * @param metrics the metrics that it is about
   */
  static Answer of(StudyResult result, List<Quantity> metrics, Thresholds thresholds) {
    List<ArmResult> arms = result.arms();
    if (arms.size() < 2) {
      return new Answer(
          "This run cannot say what normalization changes: it has one network, and none to hold it"
              + " against.",
          List.of());
    }
    ArmResult reference =
        arms.stream().filter(arm -> !arm.arm().normalizes()).findFirst().orElse(arms.get(0));
    return new Answer(
        lead(result, reference),
        arms.stream()
            .filter(arm -> arm != reference)
            .map(arm -> new TableAnswer(arm, reference, metrics, thresholds).statement())
            .toList());
  }

  private static String lead(StudyResult result, ArmResult reference) {
    int replicas = reference.trainLoss().length;
    if (replicas == 1) {
      return "This is what one run, that of seed "
          + result.settings().fit().seed()
          + ", showed; it decides nothing, because another seed may show the opposite.";
    }
    return replicas
        + " replicas, each network against that "
        + reference.arm().label()
        + ". "
        + (replicas < Comparison.PAIRS_TO_DECIDE
            ? "So few say nothing for certain: even the whole range of their ratios holds the true"
                + " one with less than 95\u00a0%. From "
                + Comparison.PAIRS_TO_DECIDE
                + " replicas on, there are intervals."
            : "Certain is what a whole interval says.");
  }

  private Statement statement() {
    List<String> sentences = new ArrayList<>();
    if (arm.trainLoss().length >= Comparison.PAIRS_TO_DECIDE) {
      sentences.add(summary());
    }
    sentences.add(losses());
    sentences.add(ends.stream().skip(LOSSES).map(this::metric).collect(Collectors.joining(" ")));
    Thresholds few = new Thresholds(few(thresholds.train()), few(thresholds.test()));
    sentences.add(epochs("training", Quantity.trainEpochs(few)));
    sentences.add(epochs("test", Quantity.testEpochs(few)));
    Falling.sentence(List.of(arm, reference)).ifPresent(sentences::add);
    sentences.removeIf(String::isEmpty);
    return new Statement(
        NamedArm.name(arm.arm()) + " against " + NamedArm.name(reference.arm()),
        Optional.empty(),
        sentences);
  }

  /** What the intervals say, before the numbers. */
  private String summary() {
    List<Judged> all = new ArrayList<>();
    judge("training", Quantity.trainEpochs(thresholds)).ifPresent(all::add);
    judge("test", Quantity.testEpochs(thresholds)).ifPresent(all::add);
    for (Quantity quantity : ends) {
      boolean isLarger = quantity.largerIsBetter();
      all.add(
          new Judged(
              isLarger ? "higher " : "lower ",
              isLarger ? "lower " : "higher ",
              Names.inside(quantity.name()),
              isBetter(quantity, quantity.compare(arm, reference))));
    }
    return Stream.of(
            clause("Certainly better", all, Verdict.CONFIRMED, judged -> judged.better),
            clause("Certainly worse", all, Verdict.REFUTED, judged -> judged.worse),
            clause("Undecided", all, Verdict.UNDECIDED, judged -> ""))
        .flatMap(Optional::stream)
        .collect(Collectors.joining(" "));
  }

  private Optional<Judged> judge(String loss, List<Quantity> epochs) {
    return epochs.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Judged(
                "fewer ",
                "more ",
                "epochs to reach a " + loss + " loss",
                Answer.faster(Answer.compare(epochs, arm, reference))));
  }

  /**
   * What is certain of a quantity.
   *
   * @param better the word before it if it is better
   * @param worse the word before it if it is worse
   */
  private record Judged(String better, String worse, String name, Verdict verdict) {}

  private static Optional<String> clause(
      String head, List<Judged> all, Verdict verdict, Function<Judged, String> direction) {
    String names =
        all.stream()
            .filter(judged -> judged.verdict == verdict)
            .map(judged -> direction.apply(judged) + judged.name)
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? Optional.empty() : Optional.of(head + ": " + names + ".");
  }

  /** Whether the first of two arms is certainly better, or certainly worse. */
  static Verdict isBetter(Quantity quantity, Comparison comparison) {
    if (!comparison.canDecide()) {
      return Verdict.UNDECIDED;
    }
    Bounded interval = comparison.interval().orElseThrow();
    double same = quantity.scale().same();
    boolean isLower = interval.isBelow(same);
    boolean isHigher = interval.isAbove(same);
    if (quantity.largerIsBetter() ? isHigher : isLower) {
      return Verdict.CONFIRMED;
    }
    return isLower || isHigher ? Verdict.REFUTED : Verdict.UNDECIDED;
  }

  private String losses() {
    Comparison last = Quantity.FINAL_TEST_LOSS.compare(arm, reference);
    Comparison best = Quantity.BEST_TEST_LOSS.compare(arm, reference);
    int epochs = arm.trainLoss()[0].length;
    return "After "
        + Plain.count(epochs)
        + (epochs == 1 ? " epoch" : " epochs")
        + " the test loss "
        + arm.arm().label()
        + Answer.ratio(last, label())
        + Answer.both("", Quantity.FINAL_TEST_LOSS, arm, reference)
        + (last.estimate().saysSomething() ? Answer.lower(last) : "")
        + ". The best test loss of all epochs"
        + Answer.ratio(best, label())
        + Answer.both("", Quantity.BEST_TEST_LOSS, arm, reference)
        + ".";
  }

  private String metric(Quantity quantity) {
    Comparison comparison = quantity.compare(arm, reference);
    String head = "The " + Names.inside(quantity.name()) + " " + arm.arm().label();
    if (!quantity.largerIsBetter()) {
      return head
          + Answer.ratio(comparison, label())
          + Answer.both("", quantity, arm, reference)
          + ".";
    }
    return comparison.estimate().saysSomething()
        ? head
            + " minus that "
            + label()
            + " is "
            + comparison.estimate().text(Numbers::estimate)
            + comparison.intervalText(true)
            + Answer.both("", quantity, arm, reference)
            + (comparison.pairs() < 2
                ? ""
                : ", higher in " + comparison.favourSecond() + " of " + comparison.pairs())
            + "."
        : head + " cannot be compared, because too few replicas have it.";
  }

  private String epochs(String loss, List<Quantity> quantities) {
    return Answer.epochs(
        loss,
        quantities,
        Answer.compare(quantities, arm, reference),
        List.of(arm, reference),
        label());
  }

  private String label() {
    return reference.arm().label();
  }

  /** Some of the losses to reach, evenly from the highest to the lowest. */
  private static List<Double> few(List<Double> losses) {
    int kept = Math.min(MOST_LOSSES, losses.size());
    return IntStream.range(0, kept)
        .mapToObj(i -> losses.get(kept < 2 ? i : i * (losses.size() - 1) / (kept - 1)))
        .toList();
  }
}
