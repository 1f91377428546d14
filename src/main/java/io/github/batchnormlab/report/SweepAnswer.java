package io.github.batchnormlab.report;

import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.CellResult;
import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.ReplicaResult;
import io.github.batchnormlab.study.Sweep;
import io.github.batchnormlab.study.Varied;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * What a sweep says of normalization, in sentences. Each rests on the median of ratios that are
 * formed seed by seed, and is left out where the interval of that median holds 1.
 */
final class SweepAnswer {
  /** So many cells are named one by one. */
  private static final int MOST_NAMED = 4;

  private static final SweepQuantity QUANTITY = SweepQuantity.BEST_TEST_LOSS;

  private final Sweep sweep;
  private final List<CellResult> results;

  private SweepAnswer(Sweep sweep, List<CellResult> results) {
    this.sweep = sweep;
    this.results = results;
  }

  /** The sentences, none where nothing is decided. */
  static List<String> of(Sweep sweep, List<CellResult> results) {
    var answer = new SweepAnswer(sweep, results);
    List<String> sentences = new ArrayList<>();
    Optional<Arm> plain = sweep.arms().stream().filter(arm -> !arm.normalizes()).findFirst();
    if (plain.isPresent()) {
      for (Arm arm : sweep.arms()) {
        if (arm.normalizes()) {
          answer.helps(arm, plain.get()).ifPresent(sentences::add);
          answer.depends(arm, plain.get()).ifPresent(sentences::add);
        }
      }
    }
    return sentences;
  }

  /** Where an arm is better than the one without normalization, and where it is worse. */
  private Optional<String> helps(Arm arm, Arm plain) {
    List<String> lower = new ArrayList<>();
    List<String> higher = new ArrayList<>();
    int compared = 0;
    for (CellResult result : results) {
      List<Bounded> first = QUANTITY.of(result, arm);
      List<Bounded> second = QUANTITY.of(result, plain);
      if (first.isEmpty() || second.isEmpty()) {
        continue;
      }
      compared++;
      Comparison comparison = Comparison.ratio(first, second);
      String cell = result.cell().text() + " (" + ratio(comparison, "") + ")";
      if (isDecided(comparison, interval -> interval.isBelow(1))) {
        lower.add(cell);
      } else if (isDecided(comparison, interval -> interval.isAbove(1))) {
        higher.add(cell);
      }
    }
    if (lower.isEmpty() && higher.isEmpty()) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    if (!lower.isEmpty()) {
      parts.add("a lower best test loss in " + in(lower, compared));
    }
    if (!higher.isEmpty()) {
      parts.add("a higher best test loss in " + in(higher, compared));
    }
    int undecided = compared - lower.size() - higher.size();
    return Optional.of(
        "Compared to "
            + plain
            + ", "
            + arm
            + " has "
            + String.join(", and ", parts)
            + (undecided == 0
                ? "."
                : "; undecided " + (undecided == 1 ? "is " : "are ") + undecided + "."));
  }

  /** How many cells, with the first of them. */
  private static String in(List<String> cells, int all) {
    List<String> named = new ArrayList<>(cells.subList(0, Math.min(MOST_NAMED, cells.size())));
    if (cells.size() > MOST_NAMED) {
      named.add(cells.size() - MOST_NAMED + " more");
    }
    return cells.size() + " of " + Plain.count(all, "cell") + ": " + String.join("; ", named);
  }

  /** How far apart an arm's losses lie over all cells, against the one without normalization. */
  private Optional<String> depends(Arm arm, Arm plain) {
    Optional<List<Bounded>> first = spans(arm);
    Optional<List<Bounded>> second = spans(plain);
    if (first.isEmpty() || second.isEmpty()) {
      return Optional.empty();
    }
    Comparison comparison = Comparison.ratio(first.get(), second.get());
    boolean isLess = isDecided(comparison, interval -> interval.isBelow(1));
    if (!isLess && !isDecided(comparison, interval -> interval.isAbove(1))) {
      return Optional.empty();
    }
    return Optional.of(
        "The best test loss of "
            + arm
            + " depends "
            + (isLess ? "less" : "more")
            + " on "
            + Names.join(sweep.varied().stream().map(Varied::name).toList())
            + " than that of "
            + plain
            + ": from the best to the worst of the "
            + Plain.count(results.size(), "cell")
            + " it grows to "
            + times(first.get())
            + ", and that of "
            + plain
            + " to "
            + times(second.get())
            + ". Seed by seed, the first of these factors is "
            + ratio(comparison, " the second")
            + ".");
  }

  /**
   * Of each replica the largest of its losses over all cells divided by the smallest. Empty where
   * the cells do not have the same seeds, or not all of them are there.
   */
  private Optional<List<Bounded>> spans(Arm arm) {
    List<List<Integer>> seeds = new ArrayList<>();
    List<List<Bounded>> cells = new ArrayList<>();
    for (CellResult result : results) {
      seeds.add(result.of(arm).stream().map(ReplicaResult::seed).toList());
      cells.add(QUANTITY.of(result, arm));
    }
    boolean isWhole =
        results.size() == sweep.cells().size()
            && results.size() > 1
            && seeds.stream().distinct().count() == 1
            && cells.stream().flatMap(List::stream).allMatch(Bounded::isAvailable)
            && !cells.get(0).isEmpty();
    return isWhole
        ? Optional.of(
            IntStream.range(0, cells.get(0).size())
                .mapToObj(replica -> span(cells, list -> list.get(replica)))
                .toList())
        : Optional.empty();
  }

  private static Bounded span(List<List<Bounded>> cells, Function<List<Bounded>, Bounded> replica) {
    double[] values = cells.stream().map(replica).mapToDouble(Bounded::low).sorted().toArray();
    return Bounded.exactly(values[values.length - 1] / values[0]);
  }

  private static boolean isDecided(Comparison comparison, Predicate<Bounded> side) {
    return comparison.interval().filter(side).isPresent();
  }

  private static String times(List<Bounded> spans) {
    double median = Quantiles.of(spans.stream().mapToDouble(Bounded::low).toArray(), 0.5);
    return Double.isFinite(median) ? Numbers.estimate(median) + " times" : "no finite number";
  }

  private static String ratio(Comparison comparison, String ofWhat) {
    return comparison.estimate().text(Numbers::estimate)
        + " times"
        + ofWhat
        + comparison
            .interval()
            .map(interval -> ", interval " + interval.rangeText(Numbers::estimate))
            .orElse("");
  }
}
