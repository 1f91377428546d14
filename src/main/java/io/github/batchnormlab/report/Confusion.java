package io.github.batchnormlab.report;

import io.github.batchnormlab.study.Outcome;
import io.github.batchnormlab.study.Plain;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How often test rows of a class are taken for each class. The template reads the record by name.
 *
 * @param title whose it is
 * @param note what was left out, or empty
 * @param heads the classes that rows are taken for
 * @param rows a row for each true class
 */
record Confusion(String title, String note, List<String> heads, List<Row> rows) {
  /** A larger table nobody reads. */
  static final int MOST_CLASSES = 20;

  /** Text must stand out from the darkest cell. */
  private static final double DARKEST = 0.55;

  /** A class and how often it was taken for each. */
  record Row(String head, List<Cell> cells, String total) {}

  /**
   * A number of rows.
   *
   * @param isRight whether the class is the true one
   * @param shade how dark it is, from 0 to less than 1
   */
  record Cell(String count, boolean isRight, String shade) {}

  /** The matrices of the arms that have one. */
  static List<Confusion> of(List<Outcome> outcomes, List<String> classes) {
    return outcomes.stream()
        .filter(outcome -> outcome.confusion().length > 0)
        .map(outcome -> of(outcome, classes))
        .toList();
  }

  private static Confusion of(Outcome outcome, List<String> classes) {
    int[][] all = outcome.confusion();
    int[] shown = shown(all);
    boolean isCut = shown.length < all.length;
    int[][] counts = isCut ? joined(all, shown) : all;
    List<String> names =
        new ArrayList<>(Arrays.stream(shown).mapToObj(i -> Names.of(classes.get(i))).toList());
    if (isCut) {
      names.add("all others");
    }
    return new Confusion(
        NamedArm.name(outcome.arm()),
        isCut
            ? "Shown are the "
                + MOST_CLASSES
                + " of "
                + Plain.count(all.length)
                + " classes with the most errors; the others are joined."
            : "",
        names,
        IntStream.range(0, counts.length)
            .mapToObj(i -> row(names.get(i), counts[i], i, isCut && i == counts.length - 1))
            .toList());
  }

  /** All classes, or those that were taken wrong, or wrongly taken for, most often; in order. */
  private static int[] shown(int[][] counts) {
    IntStream all = IntStream.range(0, counts.length);
    return counts.length <= MOST_CLASSES
        ? all.toArray()
        : all.boxed()
            .sorted(Comparator.comparingLong(i -> -errors(counts, i)))
            .limit(MOST_CLASSES)
            .mapToInt(i -> i)
            .sorted()
            .toArray();
  }

  private static long errors(int[][] counts, int index) {
    long row = Arrays.stream(counts[index]).asLongStream().sum();
    long column = Arrays.stream(counts).mapToLong(other -> other[index]).sum();
    return row + column - 2L * counts[index][index];
  }

  /** The shown classes, and behind them all others as one. */
  private static int[][] joined(int[][] counts, int[] shown) {
    int[] place = new int[counts.length];
    Arrays.fill(place, shown.length);
    for (int i = 0; i < shown.length; i++) {
      place[shown[i]] = i;
    }
    int[][] joined = new int[shown.length + 1][shown.length + 1];
    for (int i = 0; i < counts.length; i++) {
      for (int j = 0; j < counts.length; j++) {
        joined[place[i]][place[j]] += counts[i][j];
      }
    }
    return joined;
  }

  /**
   * @param isJoined whether the row is of several classes: then its own cell is not only of right
   *     ones
   */
  private static Row row(String head, int[] counts, int own, boolean isJoined) {
    int total = Arrays.stream(counts).sum();
    return new Row(
        head,
        IntStream.range(0, counts.length)
            .mapToObj(
                i ->
                    new Cell(
                        Plain.count(counts[i]),
                        i == own && !isJoined,
                        String.format(
                            Locale.ROOT, "%.2f", DARKEST * counts[i] / Math.max(1, total))))
            .toList(),
        Plain.count(total));
  }
}
