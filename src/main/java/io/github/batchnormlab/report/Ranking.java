package io.github.batchnormlab.report;

import io.github.batchnormlab.report.Tables.Cell;
import io.github.batchnormlab.report.Tables.Group;
import io.github.batchnormlab.report.Tables.Row;
import io.github.batchnormlab.report.Tables.Table;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.StudyResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The arms of a run in the order of one quantity, the best median first, and what can be said of
 * the others against it.
 *
 * @param quantity what they are ordered by
 * @param places the arms, best first; those without a value last
 */
record Ranking(Quantity quantity, List<Place> places) {
  private static final String CANNOT = " cannot be told apart from it";

  /** What is known of an arm against the one with the best median. */
  enum Standing {
    BEST("best median"),
    /** The medians of pairs need not have the order of the medians. */
    BETTER("better seed by seed"),
    SAME("cannot be told apart from the best"),
    WORSE("worse than the best"),
    NOT_AVAILABLE("not available");

    private final String text;

    Standing(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * An arm's place.
   *
   * @param arm what the arm gave
   * @param median over its replicas, where a failed one counts as worst
   * @param interval the median's own
   * @param against the arm compared with the best one, pair by pair
   * @param standing what that says
   */
  record Place(
      ArmResult arm, Bounded median, Bounded interval, Comparison against, Standing standing) {}

  /** Orders the arms; of arms that are equal in the order that they are given in. */
  static Ranking of(Quantity quantity, List<ArmResult> arms) {
    List<ArmResult> ordered =
        arms.stream()
            .sorted(Comparator.comparingDouble(arm -> badness(quantity, median(quantity, arm))))
            .toList();
    ArmResult best = ordered.get(0);
    return new Ranking(quantity, ordered.stream().map(arm -> place(quantity, arm, best)).toList());
  }

  /**
   * The orders of a study of a table; none of a single replica, which decides nothing.
   *
   * @param metrics those of the metrics
   */
  static List<Ranking> of(StudyResult result, List<Quantity> metrics, Thresholds thresholds) {
    List<ArmResult> arms = result.arms();
    if (arms.size() < 2 || arms.get(0).trainLoss().length < 2) {
      return List.of();
    }
    List<Quantity> quantities = new ArrayList<>();
    quantities.add(Quantity.FINAL_TEST_LOSS);
    quantities.add(Quantity.BEST_TEST_LOSS);
    quantities.addAll(metrics);
    Medians.commonLoss(arms, thresholds).ifPresent(loss -> quantities.add(Quantity.epochsTo(loss)));
    return quantities.stream()
        .map(quantity -> of(quantity, arms))
        .filter(Ranking::saysSomething)
        .toList();
  }

  /** Whether some arm has a value, so that there is an order. */
  boolean saysSomething() {
    return places.get(0).standing() != Standing.NOT_AVAILABLE;
  }

  /** What grows from the best to the worst, and last comes what is not known. */
  private static double badness(Quantity quantity, Bounded median) {
    return quantity.largerIsBetter() ? -median.high() : median.low();
  }

  private static Bounded median(Quantity quantity, ArmResult arm) {
    List<Bounded> known = quantity.counted(arm).stream().filter(Bounded::isAvailable).toList();
    return Quantiles.of(known, 0.5);
  }

  private static Place place(Quantity quantity, ArmResult arm, ArmResult best) {
    Bounded median = median(quantity, arm);
    Comparison against = quantity.compare(arm, best);
    return new Place(
        arm,
        median,
        interval(quantity.counted(arm)),
        against,
        arm == best && median.isAvailable() ? Standing.BEST : standing(quantity, median, against));
  }

  private static Standing standing(Quantity quantity, Bounded median, Comparison against) {
    return !median.isAvailable()
        ? Standing.NOT_AVAILABLE
        : switch (TableAnswer.isBetter(quantity, against)) {
          case CONFIRMED -> Standing.BETTER;
          case REFUTED -> Standing.WORSE;
          case UNDECIDED -> Standing.SAME;
        };
  }

  private static Bounded interval(List<Bounded> replicas) {
    return MedianInterval.of(replicas.size())
        .map(i -> i.of(sorted(replicas, Bounded::low), sorted(replicas, Bounded::high)))
        .orElse(Bounded.NOT_AVAILABLE);
  }

  private static double[] sorted(List<Bounded> replicas, ToDoubleFunction<Bounded> bound) {
    return replicas.stream()
        .map(value -> value.isAvailable() ? value : Bounded.ANY)
        .mapToDouble(bound)
        .sorted()
        .toArray();
  }

  /**
   * What comes first on a page: the final test loss, one metric, and the epochs; a table has all.
   */
  static List<String> sentences(List<Ranking> rankings, Quantity metric) {
    return rankings.stream()
        .filter(
            ranking ->
                ranking.quantity == Quantity.FINAL_TEST_LOSS
                    || ranking.quantity == metric
                    || ranking.quantity.isEpochs())
        .map(Ranking::sentence)
        .toList();
  }

  /** Which arm is best and which others may be, in a sentence. */
  String sentence() {
    List<String> clauses = new ArrayList<>();
    List<Place> leaders =
        places.stream().filter(place -> place.median().equals(places.get(0).median())).toList();
    if (leaders.size() == places.size()) {
      return "All have the same median " + Names.inside(quantity.name()) + ".";
    }
    clauses.add(
        quoted(leaders)
            + (leaders.size() == 1 ? " has the " : " have the ")
            + (quantity.largerIsBetter() ? "highest " : quantity.isEpochs() ? "fewest " : "lowest ")
            + Names.inside(quantity.name()));
    List<Place> others = places.subList(leaders.size(), places.size());
    add(clauses, others, Standing.BETTER, " is better seed by seed", " are better seed by seed");
    add(clauses, others, Standing.SAME, CANNOT, CANNOT);
    add(clauses, others, Standing.WORSE, " is worse", " are worse");
    add(clauses, others, Standing.NOT_AVAILABLE, " has no value", " have no value");
    return String.join("; ", clauses) + ".";
  }

  private static void add(
      List<String> clauses, List<Place> places, Standing standing, String one, String several) {
    List<Place> some = places.stream().filter(place -> place.standing() == standing).toList();
    if (!some.isEmpty()) {
      clauses.add(quoted(some) + (some.size() == 1 ? one : several));
    }
  }

  /** In quotes, because there is an arm that is called none. */
  private static String quoted(List<Place> some) {
    return Names.join(some.stream().map(place -> "“" + place.arm().arm().id() + "”").toList());
  }

  /** All of the orders as one table. */
  static Table table(List<Ranking> rankings, int replicas) {
    String interval = "its " + MedianInterval.name(replicas);
    return new Table(
        "",
        List.of("median", interval, "against the best", interval),
        rankings.stream().map(Ranking::group).toList());
  }

  private Group group() {
    return new Group(
        quantity.name()
            + (quantity.scale() == Quantity.Scale.DIFFERENCE
                ? ", compared by differences"
                : ", compared by ratios"),
        places.stream().map(this::row).toList());
  }

  private Row row(Place place) {
    boolean isBest = place.standing() == Standing.BEST;
    Comparison against = place.against();
    return new Row(
        NamedArm.name(place.arm().arm()),
        List.of(
            new Cell(place.median().text(quantity.scale()::value), place.standing().toString()),
            cell(
                place.interval().isAvailable()
                    ? place.interval().rangeText(quantity.scale()::value)
                    : Tables.DASH),
            cell(isBest ? Tables.DASH : against.estimate().text(Numbers::estimate)),
            cell(
                isBest
                    ? Tables.DASH
                    : against
                        .interval()
                        .map(i -> i.rangeText(Numbers::estimate))
                        .orElse(Tables.DASH))));
  }

  private static Cell cell(String value) {
    return new Cell(value, "");
  }
}
