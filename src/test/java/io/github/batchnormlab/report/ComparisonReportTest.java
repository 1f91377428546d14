package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import io.github.batchnormlab.study.Task;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComparisonReportTest {

  private static StudyResult run(double last) {
    return Studies.of(
        Studies.result(Arms.BATCH_NORM, new double[] {8, 2, last}, new double[] {9, 3, last}, 1),
        Studies.result(Arms.NONE, new double[] {8, 4, 2}, new double[] {9, 5, 3}, 1));
  }

  private static String html(String first, String second) throws Exception {
    Map<String, StudyResult> runs = new LinkedHashMap<>();
    runs.put(first, run(0.75));
    runs.put(second, run(0.125));
    return ComparisonReport.html(runs);
  }

  @Test
  void everyNetworkOfEveryRunHasItsCurvesAndItsColumn() throws Exception {
    String html = html("one", "two");
    for (Arms arm : List.of(Arms.BATCH_NORM, Arms.NONE)) {
      for (String run : new String[] {"one", "two"}) {
        assertTrue(html.contains("train " + arm.label() + ", " + run), arm + " " + run);
        assertTrue(html.contains("test " + arm.label() + ", " + run), arm + " " + run);
        String head = arm.id() + " (" + arm.label() + "), " + run;
        assertTrue(html.contains("<th scope=\"col\">" + head + "</th>"));
      }
    }
    assertTrue(html.contains("<td>0.7500</td>") && html.contains("<td>0.1250</td>"));
  }

  /** One arm with a final loss for each seed. */
  private static StudyResult seeds(int first, double... last) {
    double[][] losses =
        Arrays.stream(last).mapToObj(loss -> new double[] {8, loss}).toArray(double[][]::new);
    return Studies.from(first, Studies.of(new ArmResult(Arms.NONE, losses, losses, 1)));
  }

  private static String text(StudyResult first, StudyResult second) throws Exception {
    Map<String, StudyResult> runs = new LinkedHashMap<>();
    runs.put("one", first);
    runs.put("two", second);
    String html = ComparisonReport.html(runs);
    return html.substring(html.indexOf("id=\"pairs-heading\""), html.indexOf("id=\"settings-"))
        .replaceAll("</t[hd]><t[hd][^>]*>", "|")
        .replaceAll("<[^>]*>", "");
  }

  @Test
  void replicasArePairedBySeedAndNotByPlace() throws Exception {
    // The seeds 2 to 7 are in both, with the ratio 1/2 in five of them and 2 in one. By their
    // places
    // the ratios would be others.
    String text =
        text(seeds(0, 500, 500, 1, 2, 3, 4, 5, 6), seeds(2, 2, 4, 6, 8, 10, 3, 0.001, 0.001));

    assertTrue(
        text.contains(
            "none (without BN), one compared to none (without BN), two: shared seeds 2 to 7\n"));
    assertTrue(text.contains("Final test loss|0.500|0.500 to 2.00|5 of 6|1 of 6"), text);
    assertTrue(text.contains("|median|96.9\u00a0% interval|"), text);
    assertFalse(text.contains("too few"), text);
  }

  @Test
  void tooFewSharedSeedsAreSaidToBe() throws Exception {
    String text = text(seeds(0, 1, 2, 3), seeds(1, 4, 6));

    assertTrue(text.contains("two: shared seeds 1 to 2, too few to decide anything"), text);
    assertTrue(text.contains("Final test loss|0.500|–|2 of 2|0 of 2"), text);

    text = text(seeds(5, 1), seeds(5, 4));
    assertTrue(text.contains("two: one shared seed, 5, too few to decide anything"), text);
    assertTrue(text.contains("Final test loss|0.250|–|1 of 1|0 of 1"), text);
  }

  @Test
  void runsWithoutASharedSeedMakeNoPairs() throws Exception {
    String text = text(seeds(0, 1, 2), seeds(2, 3, 4));

    assertTrue(text.contains("The runs one and two share no seed, so their replicas"), text);
    assertFalse(text.contains("compared to"), text);
  }

  @Test
  void whatMakesTheDataOrTheWeightsAnotherIsSaid() throws Exception {
    StudyResult first = seeds(0, 1, 2);
    var settings =
        Settings.defaults()
            .with("epochs", 2)
            .with("replicas", 2)
            .with("arms", List.of(Arms.NONE))
            .with("hidden", 100);
    String text =
        text(
            first,
            new StudyResult(settings, first.arms(), List.of(), List.of(), first.provenance()));

    assertTrue(text.contains("The runs one and two differ in hidden, so replicas"), text);
  }

  private static StudyResult ofLength(int epochs) {
    double[] losses = IntStream.range(0, epochs).mapToDouble(i -> 9.0 / (1 + i)).toArray();
    return Studies.of(Studies.result(Arms.NONE, losses, losses, 1));
  }

  /** The same network with the same seed, trained longer, is the same network. */
  @Test
  void runsOfDifferentLengthAreComparedWhereBothAre() throws Exception {
    Map<String, StudyResult> runs = new LinkedHashMap<>();
    runs.put("short", ofLength(10));
    runs.put("long", ofLength(30));
    String html = ComparisonReport.html(runs);

    assertTrue(
        html.contains(
            "The runs differ in length. Everything on this page is of the first 10 epochs, which all"
                + " have (long has 30)."),
        html.substring(0, 100));
    assertTrue(html.indexOf("The runs differ in length") < html.indexOf("id=\"losses-heading\""));
    String text = text(runs.get("short"), runs.get("long"));
    assertTrue(text.contains("Final test loss|1.00|"), text);
  }

  @Test
  void whatDiffersStandsAboveTheResults() throws Exception {
    Map<String, StudyResult> runs = new LinkedHashMap<>();
    StudyResult first = ofLength(10);
    runs.put("one", first);
    runs.put(
        "two",
        new StudyResult(
            first.settings().with("lambda", 0.5),
            first.arms(),
            List.of(),
            List.of(),
            first.provenance()));
    String html = ComparisonReport.html(runs);
    String above = html.substring(0, html.indexOf("id=\"losses-heading\""));
    assertTrue(above.contains("Settings that differ") && above.contains(">lambda<"), above);
    assertFalse(above.contains(">seed<"), above);
  }

  @Test
  void runsOfTheSameSettingsAreSaidToBe() throws Exception {
    String said = "The runs have the same settings.";
    Map<String, StudyResult> runs = new LinkedHashMap<>();
    runs.put("one", ofLength(10));
    assertFalse(ComparisonReport.html(runs).contains("What differs"), "one run");
    runs.put("two", ofLength(10));
    assertTrue(ComparisonReport.html(runs).contains(said));
    runs.put("three", ofLength(11));
    assertFalse(ComparisonReport.html(runs).contains(said));
  }

  /** An arm has its colour in every run, in another shade. */
  @Test
  void coloursBelongToArms() throws Exception {
    Map<String, StudyResult> one = new LinkedHashMap<>();
    one.put("one", ofLength(3));
    assertTrue(ComparisonReport.html(one).contains(Arms.NONE.colour()));

    Map<String, StudyResult> twenty = new LinkedHashMap<>();
    IntStream.range(0, 20).forEach(i -> twenty.put("run" + i, ofLength(3)));
    String html = ComparisonReport.html(twenty);
    long shades =
        IntStream.range(0, 20)
            .mapToObj(i -> Plots.shade(Arms.NONE.colour(), i, 20))
            .filter(html::contains)
            .distinct()
            .count();
    assertEquals(20, shades);
    assertTrue(html.contains("With 20 runs the shades come close"));
    assertTrue(html.contains("Each is compared with the same kind in the first run"));
  }

  @Test
  void aLongNameLeavesTheLegendToTheOthers() throws Exception {
    Map<String, StudyResult> runs = new LinkedHashMap<>();
    runs.put("a-very-long-name-of-a-run-that-somebody-gave-it-2026", ofLength(3));
    runs.put("b", ofLength(3));
    String html = ComparisonReport.html(runs);
    assertTrue(html.contains("train without BN, a-very-lon…-it-2026 (1)"));
    assertTrue(html.contains("train without BN, b"));
  }

  @Test
  void theLossesToReachAreThoseThatAreAskedFor() throws Exception {
    Map<String, StudyResult> runs = Map.of("one", run(0.75));

    String html = ComparisonReport.html(runs, Thresholds.parse("3,0.8"));

    assertTrue(html.contains("<th scope=\"row\">3</th><td>1</td><td>2</td>"));
    assertFalse(html.contains("<th scope=\"row\">1</th>"));
    // The third of five from 8 to 2, which both came to.
    assertTrue(ComparisonReport.html(runs).contains("<th scope=\"row\">4</th>"));
  }

  @Test
  void namesAreEscaped() throws Exception {
    String html = html("</script><script>alert(1)</script>", "two");
    assertFalse(html.contains("<script>alert(1)"), "a name became a script");
  }

  @Test
  void thePageAsksTheNetworkForNothing() throws Exception {
    String html = html("one", "two").replaceAll("(?s)<script type=\"text/plain\".*?</script>", "");
    assertEquals(0, Pattern.compile("(src|href)=\"(?!data:)").matcher(html).results().count());
  }

  private static StudyResult table(Task task, String sum, String... targets) {
    DataFacts facts =
        TableStudies.facts(
            task,
            List.of(targets),
            task == Task.CLASSIFICATION ? List.of("cheap", "dear") : List.of());
    return TableStudies.realistic(
        new DataFacts(
            facts.name(),
            "",
            List.of(sum),
            task,
            facts.trainRows(),
            facts.testRows(),
            0,
            facts.columns(),
            facts.inputs(),
            facts.classes(),
            List.of()),
        6,
        30,
        Arms.BATCH_NORM,
        Arms.NONE);
  }

  @Test
  void runsOfOneTableAreComparedInItsMetrics() throws Exception {
    String text =
        text(table(Task.REGRESSION, "aa", "price"), table(Task.REGRESSION, "aa", "price"));

    assertTrue(text.contains("Final R² of price|0|0 to 0|0 of 6|0 of 6"), text);
    assertTrue(text.contains("Best RMSE of price|1.00|"), text);
    assertTrue(text.contains("or above 0 of R² and the accuracy, is in favour of the first"), text);
    assertFalse(text.contains("differ in"), text);
  }

  @Test
  void anotherFileOfTheSameColumnsIsSaidToBeAnother() throws Exception {
    String text =
        text(table(Task.REGRESSION, "aa", "price"), table(Task.REGRESSION, "bb", "price"));

    assertTrue(text.contains("The runs one and two differ in what is in the files, so"), text);
    assertTrue(text.contains("compared to"), text);
  }

  @Test
  void aFileThatHasMovedIsTheSame() throws Exception {
    StudyResult run = table(Task.REGRESSION, "aa", "price");
    StudyResult moved =
        new StudyResult(
            run.settings().with("data", "elsewhere/houses.csv"),
            run.arms(),
            List.of(),
            List.of(),
            run.provenance(),
            run.data());

    assertFalse(text(run, moved).contains("differ in"));
  }

  @Test
  void runsThatLearnDifferentThingsMakeNoPairs() throws Exception {
    StudyResult one = table(Task.REGRESSION, "aa", "price");
    for (StudyResult other :
        List.of(
            table(Task.CLASSIFICATION, "aa", "price"),
            table(Task.REGRESSION, "aa", "rooms"),
            Studies.replicas(6, 30, Arms.BATCH_NORM, Arms.NONE))) {
      String text = text(one, other);
      assertTrue(text.contains("The runs one and two do not learn the same, so nothing"), text);
      assertTrue(text.contains("regression of price in houses.csv"), text);
      assertFalse(text.contains("one compared to batch-norm (with BN), two"), text);
      assertTrue(text.contains("one compared to none (without BN), one"), text);
      Map<String, StudyResult> runs = new LinkedHashMap<>();
      runs.put("one", one);
      runs.put("two", other);
      String html = ComparisonReport.html(runs);
      assertTrue(html.contains("The runs do not all learn the same"), "at the top");
    }
  }

  /** The arm without is the same in both runs, whatever else is in only one of them. */
  @Test
  void labelsSuitAllRuns() throws Exception {
    Map<String, StudyResult> runs = new LinkedHashMap<>();
    runs.put("one", Studies.replicas(6, 30, Arms.BATCH_NORM, Arms.NONE));
    runs.put("two", Studies.replicas(6, 30, Arms.LAYER_NORM, Arms.NONE));
    String html = ComparisonReport.html(runs);

    assertFalse(html.contains("without BN"));
    String label = "none (without normalization)";
    assertTrue(html.contains(label + ", one compared to " + label + ", two: shared seeds 0 to 5"));
  }

  @Test
  void settingsThatNoRunHasAreNotShown() throws Exception {
    String html = html("one", "two");
    assertFalse(html.contains("<th scope=\"row\">test-share</th>"), "a setting of tables");
    assertTrue(html.contains("<th scope=\"row\">red</th>"));
  }
}
