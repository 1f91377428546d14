package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ComparisonReportTest {

  private static StudyResult run(double last) {
    return Studies.of(
        Studies.result(Arm.BATCH_NORM, new double[] {8, 2, last}, new double[] {9, 3, last}, 1),
        Studies.result(Arm.NONE, new double[] {8, 4, 2}, new double[] {9, 5, 3}, 1));
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
    for (String arm : new String[] {"with BN", "without BN"}) {
      for (String run : new String[] {"one", "two"}) {
        assertTrue(html.contains("train " + arm + ", " + run), arm + " " + run);
        assertTrue(html.contains("test " + arm + ", " + run), arm + " " + run);
        assertTrue(html.contains("<th scope=\"col\">" + arm + ", " + run + "</th>"));
      }
    }
    assertTrue(html.contains("<td>0.7500</td>") && html.contains("<td>0.1250</td>"));
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

  private static StudyResult seeds(int from, double... lastLosses) {
    double[][] losses =
        Arrays.stream(lastLosses).mapToObj(last -> new double[] {8, last}).toArray(double[][]::new);
    StudyResult made = Studies.of(new ArmResult(Arm.NONE, losses, losses, 1));
    Settings settings =
        Settings.builder()
            .optEpochs(2)
            .optSeed(from)
            .optReplicas(lastLosses.length)
            .optArms(Arm.NONE)
            .build();
    return new StudyResult(
        settings, made.arms(), made.diagnostics(), made.outcomes(), made.provenance());
  }

  /** Seeds 3 to 5 of the one are replicas 2 to 4, of the other 0 to 2; every ratio is 1/4. */
  @Test
  void replicasArePairedBySeed() throws Exception {
    Map<String, StudyResult> runs = new LinkedHashMap<>();
    runs.put("one", seeds(1, 7, 7, 0.25, 0.5, 0.75));
    runs.put("two", seeds(3, 1, 2, 3, 6));
    String html = ComparisonReport.html(runs);
    assertTrue(html.contains("without BN, one compared to without BN, two: 3 common seeds"), html);
    assertTrue(
        html.contains(
            "<tr><th scope=\"row\">Final training loss</th>"
                + "<td>0.250</td><td>0.250 to 0.250</td><td>3 of 3</td><td>0 of 3</td></tr>"));
  }

  @Test
  void runsWithoutACommonSeedSaySo() throws Exception {
    Map<String, StudyResult> runs = new LinkedHashMap<>();
    runs.put("one", seeds(0, 1, 2));
    runs.put("two", seeds(2, 1, 2));
    String html = ComparisonReport.html(runs);
    assertTrue(html.contains("The runs have no seed in common"));
    assertFalse(html.contains("compared to"));
  }
}
