package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.Outcome;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConfusionTest {
  private static Confusion of(int[][] counts, List<String> classes) {
    double[][] none = new double[0][];
    var outcome =
        new Outcome(
            Arms.NONE, 0, List.of("kind"), none, none, counts, new double[0], new double[0]);
    return Confusion.of(List.of(outcome), classes).get(0);
  }

  private static List<String> counts(Confusion.Row row) {
    return row.cells().stream().map(Confusion.Cell::count).toList();
  }

  @Test
  void aRowIsATrueClassAndACellItsShareOfTheRow() {
    Confusion confusion = of(new int[][] {{3, 1}, {0, 0}}, List.of("cat", "dog"));

    assertEquals(List.of("cat", "dog"), confusion.heads());
    assertEquals("", confusion.note());
    Confusion.Row cats = confusion.rows().get(0);
    assertEquals("cat", cats.head());
    assertEquals("4", cats.total());
    assertEquals(
        List.of(new Confusion.Cell("3", true, "0.41"), new Confusion.Cell("1", false, "0.14")),
        cats.cells());
    // A class without a test row has no shares.
    assertEquals(new Confusion.Cell("0", true, "0.00"), confusion.rows().get(1).cells().get(1));
  }

  @Test
  void ofManyClassesThoseWithTheMostErrorsAreShownAndNoRowIsLost() {
    int[][] counts = new int[50][50];
    IntStream.range(0, 50).forEach(i -> counts[i][i] = 2);
    // Those from 30 on are taken for the one before.
    IntStream.range(30, 50).forEach(i -> counts[i][i - 1] = 1);
    Confusion confusion = of(counts, TableStudies.names("class", 50));

    assertEquals(21, confusion.heads().size());
    assertEquals("all others", confusion.heads().get(20));
    assertEquals(
        "Shown are the 20 of 50 classes with the most errors; the others are joined.",
        confusion.note());
    assertEquals(List.of("class29", "class30"), confusion.heads().subList(0, 2));
    // 29 others that are all right, and 49, of which one in three is taken for 48.
    assertEquals("61", confusion.rows().get(20).total());
    assertEquals("1", counts(confusion.rows().get(20)).get(19));
    assertEquals(false, confusion.rows().get(20).cells().get(20).isRight());
    assertEquals(
        120, confusion.rows().stream().mapToInt(row -> Integer.parseInt(row.total())).sum());
  }

  @Test
  void aRegressionHasNone() {
    double[][] none = new double[0][];
    assertEquals(
        List.of(),
        Confusion.of(
            List.of(
                new Outcome(Arms.NONE, 0, List.of("y"), none, none, new double[0], new double[0])),
            List.of()));
  }
}
