package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.study.CellResult;
import io.github.batchnormlab.study.Sweep;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SweepReportTest {
  private static final String RATES = "learning-rate=0.001,0.01,0.1";

  /** Without batch norm the loss is that of batch norm times 1, 4 and 40, seed by seed. */
  private static final Sweeps.Losses STEEP =
      (cell, arm, replica) -> {
        double base = 0.1 * (1 + 0.1 * replica);
        double rate = Sweeps.value(cell, "learning-rate");
        double slight = replica % 2 == 0 ? 1.01 : 0.99;
        double factor = rate == 0.001 ? slight : rate == 0.01 ? 4 : 40;
        return arm.normalizes() ? base : base * factor;
      };

  private static List<String> sentences(int replicas, Sweeps.Losses losses, String... varied) {
    Sweep sweep = Sweeps.of(replicas, "batch-norm,none", varied);
    return SweepAnswer.of(sweep, Sweeps.results(sweep, losses));
  }

  @Test
  void theAnswerSaysWhereItHelpsAndOnWhatTheLossDepends() {
    assertEquals(
        List.of(
            "Compared to none, batch-norm has a lower best test loss in 2 of 3 cells:"
                + " learning-rate=0.01 (0.250 times, interval 0.250 to 0.250); learning-rate=0.1"
                + " (0.0250 times, interval 0.0250 to 0.0250); undecided is 1.",
            "The best test loss of batch-norm depends less on learning-rate than that of none: from"
                + " the best to the worst of the 3 cells it grows to 1.00 times, and that of none to"
                + " 40.0 times. Seed by seed, the first of these factors is 0.0250 times the second,"
                + " interval 0.0247 to 0.0252."),
        sentences(8, STEEP, RATES));
  }

  @Test
  void whereTheOtherIsBetterItSaysSo() {
    List<String> sentences =
        sentences(6, (cell, arm, r) -> arm.normalizes() ? 3 + r : 1 + r, "hidden=3,5");
    assertEquals(1, sentences.size(), sentences::toString);
    assertTrue(
        sentences
            .get(0)
            .startsWith("Compared to none, batch-norm has a higher best test loss in 2"),
        sentences.get(0));
    assertFalse(sentences.get(0).contains("undecided"), sentences.get(0));
  }

  /** Five replicas have no interval of 95 %, and losses that are now above and now below none. */
  @Test
  void whatIsUndecidedIsNotSaid() {
    assertEquals(List.of(), sentences(5, STEEP, RATES));
    assertEquals(
        List.of(),
        sentences(8, (cell, arm, r) -> arm.normalizes() == (r % 2 == 0) ? 1 : 2 + r, "hidden=3,5"));
  }

  /** A training that failed is worse than any: batch norm depends less where only none fails. */
  @Test
  void aFailedTrainingCountsAsWorst() {
    List<String> sentences =
        sentences(
            6,
            (cell, arm, r) ->
                !arm.normalizes() && Sweeps.value(cell, "learning-rate") == 0.1
                    ? Double.POSITIVE_INFINITY
                    : 1 + 0.1 * r,
            RATES);
    assertEquals(2, sentences.size(), sentences::toString);
    assertTrue(sentences.get(0).contains("in 1 of 3 cells: learning-rate=0.1"), sentences.get(0));
    assertTrue(sentences.get(1).contains("that of none to no finite number"), sentences.get(1));
  }

  /** Over cells with other seeds nothing is paired. */
  @Test
  void cellsWithOtherSeedsSayNothingOfWhatTheLossDependsOn() {
    Sweep sweep = Sweeps.of(8, "batch-norm,none", "seed=0,8");
    List<String> sentences =
        SweepAnswer.of(
            sweep, Sweeps.results(sweep, (cell, arm, r) -> arm.normalizes() ? 1 : 2 + r));
    assertEquals(1, sentences.size(), sentences::toString);
    assertTrue(sentences.get(0).startsWith("Compared to none"), sentences.get(0));
  }

  @Test
  void oneSettingHasLinesAndTwoHaveMaps() throws Exception {
    Sweep one = Sweeps.of(8, "batch-norm,none", RATES);
    String lines = SweepReport.html(one, Sweeps.results(one, STEEP), "sweep --vary <>");
    assertTrue(lines.contains("figures[\"sweep_0\"]"), "a figure");
    assertTrue(lines.contains("<code>sweep --vary &lt;&gt;</code>"), "how to repeat it");
    assertFalse(lines.contains("heat-map\""), "no map");

    Sweep two = Sweeps.of(8, "batch-norm,none", RATES, "hidden=3,5");
    String maps = SweepReport.html(two, Sweeps.results(two, STEEP), "sweep --vary <>");
    assertFalse(maps.contains("figures[\"sweep_0\"]"), "no figure");
    assertEquals(2 * 3, maps.split("heat-map\"", -1).length - 1, "an arm and a quantity each");

    Sweep three = Sweeps.of(8, "batch-norm,none", RATES, "hidden=3,5", "epsilon=1e-6,1e-3");
    String table = SweepReport.html(three, Sweeps.results(three, STEEP), "sweep --vary <>");
    assertFalse(table.contains("figures[\"sweep_0\"]") || table.contains("heat-map\""));
    assertEquals(12, table.split("<th scope=\"row\" data-key=", -1).length - 1);
  }

  @Test
  void aHeatMapHasAPlaceForEachCombination() {
    Sweep sweep = Sweeps.of(8, "batch-norm,none", RATES, "hidden=3,5");
    List<CellResult> results = new ArrayList<>(Sweeps.results(sweep, STEEP));
    results.set(1, CellResult.failed(sweep.cells().get(1), "Too large."));
    results.remove(5);
    HeatMap none = HeatMap.of(sweep, results).get(0).maps().get(1);
    assertEquals("none (without BN)", none.title());
    assertEquals(List.of("3", "5"), none.heads());
    assertEquals(
        List.of("0.001", "0.01", "0.1"), none.rows().stream().map(HeatMap.Row::head).toList());
    assertEquals("failed", none.rows().get(0).cells().get(1).value());
    assertEquals("", none.rows().get(0).cells().get(1).link());
    assertEquals("", none.rows().get(2).cells().get(1).value(), "it is not done");
    HeatMap.Cell worst = none.rows().get(2).cells().get(0);
    assertEquals("5.400", worst.value());
    assertEquals("4.00 to 6.80", worst.note());
    assertEquals("0.55", worst.shade());
    assertEquals("cells/005/report.html", worst.link());
  }

  @Test
  void aSweepThatIsNotDoneSaysSo() throws Exception {
    Sweep sweep = Sweeps.of(1, "batch-norm,none", RATES);
    List<CellResult> results = new ArrayList<>(Sweeps.results(sweep, STEEP).subList(0, 1));
    results.add(CellResult.failed(sweep.cells().get(1), "Too <large>."));
    String html = SweepReport.html(sweep, results, "sweep");
    assertTrue(html.contains("This sweep is not at its end. Shown are 2 of 3 cells."), "a note");
    assertTrue(
        html.contains("Cell 002 (learning-rate=0.01) failed: Too &lt;large&gt;."), "another");
    assertTrue(html.contains("fewer than 6 replicas tell no network from another"), "the answer");
  }
}
