package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.StudyResult;
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
}
