package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  @TempDir Path folder;

  /** The text of the table rows, cells separated by bars. */
  private static String rows(String html) {
    return html.substring(html.indexOf("<table"), html.lastIndexOf("</table>"))
        .replaceAll("</t[hd]><t[hd][^>]*>", "|")
        .replaceAll("<[^>]*>", "")
        .replace('\u00a0', ' ');
  }

  @Test
  void tenThousandEpochsOfFourArmsFitIn5Megabytes() throws Exception {
    Path file = folder.resolve("report.html");

    HtmlReport.write(Studies.of(10_000, Arms.values()), file);

    assertTrue(Files.size(file) < 5_000_000, Files.size(file) + " bytes");
  }

  @Test
  void thirtyTwoReplicasWithAllDiagnosticsFitIn5Megabytes() throws Exception {
    Path file = folder.resolve("report.html");

    HtmlReport.write(Studies.replicas(32, 10_000, Arms.BATCH_NORM, Arms.NONE), file);

    assertTrue(Files.size(file) < 5_000_000, Files.size(file) + " bytes");
  }

  @Test
  void replicasAreShownAsMediansWithWhatIsCensoredMarked() throws Exception {
    double[][] never = {{9, 9, 9, 9}, {9, 9, 9, 9}, {9, 1, 9, 9}};
    double[][] soon = {{9, 1, 1, 4}, {9, 9, 1, 2}, {9, 9, 1, 3}};
    String rows =
        rows(
            HtmlReport.html(
                Studies.of(
                    new ArmResult(Arms.BATCH_NORM, soon, soon, 1),
                    new ArmResult(Arms.NONE, never, never, 1))));

    assertTrue(rows.contains("Final test loss|3.000 2.500 to 3.500|9.000 9.000 to 9.000"), rows);
    assertTrue(rows.contains("\n1|2 1.5 to 2|≥ 4 ≥ 2.5 to ≥ 4, reached by 1 of 3"), rows);
    // 4/9, 2/9 and 3/9; then 1/(at least 4), 2/(at least 4) and 2/1.
    assertTrue(rows.contains("Final test loss|0.333|–|3 of 3|0 of 3"), rows);
    assertTrue(rows.contains("\n1|≤ 0.500|–|2 of 3|1 of 3"), rows);
    assertTrue(
        rows.contains("No network came down to a training loss of 0.1 or less, and none to"));
    assertFalse(rows.contains("\n0.1|"), rows);
    assertTrue(rows.contains("Seed of the first replica|0"), rows);
    assertTrue(rows.contains("Replicas|3"), rows);
  }

  @Test
  void whatIsNotAvailableIsSaid() throws Exception {
    double[][] diverged = {{9, 8}, {9, Double.NaN}};
    String rows =
        rows(HtmlReport.html(Studies.of(new ArmResult(Arms.NONE, diverged, diverged, 1))));

    assertTrue(rows.contains("Final test loss|8.000 8.000 to 8.000, available in 1 of 2"), rows);
  }

  private static ArmResult arm(Arm arm, double... last) {
    double[][] losses =
        Arrays.stream(last).mapToObj(loss -> new double[] {90, loss}).toArray(double[][]::new);
    return new ArmResult(arm, losses, losses, 1);
  }

  @Test
  void anIntervalHasItsCoverageAndIsExplainedOnce() throws Exception {
    String html =
        HtmlReport.html(
                Studies.of(
                    arm(Arms.BATCH_NORM, 1, 2, 3, 4, 5, 6, 7), arm(Arms.NONE, 2, 2, 2, 2, 2, 2, 2)))
            .replace('\u00a0', ' ');

    assertTrue(rows(html).contains("|median|98.4 % interval|batch-norm (with BN) is lower|"));
    assertTrue(rows(html).contains("Final test loss|2.00|0.500 to 3.50|1 of 7|5 of 7"));
    String explained = "with a probability of at least 95 %, here 98.4 %.";
    assertEquals(1, Pattern.compile(explained).matcher(html).results().count());
    assertTrue(html.contains("times that without (98.4 % interval 0.500 to 3.50)"));
    assertFalse(html.contains("95 % interval"), "one name for one thing");
  }

  /** 1.0004 rounds to 1.00, which would say that the two may be equal. */
  @Test
  void anIntervalThatLeavesOut1IsSeenTo() throws Exception {
    String rows =
        rows(
            HtmlReport.html(
                Studies.of(
                    arm(Arms.BATCH_NORM, 2.0008, 2.2, 2.2, 2.2, 2.2, 2.4),
                    arm(Arms.NONE, 2, 2, 2, 2, 2, 2))));

    assertTrue(rows.contains("Final test loss|1.10|1.0004 to 1.20|0 of 6|6 of 6"), rows);
  }

  @Test
  void trainingThatFailedCountsAgainstItsArm() throws Exception {
    double nan = Double.NaN;
    String rows =
        rows(
            HtmlReport.html(
                Studies.of(
                    arm(Arms.BATCH_NORM, 1, 1, 1, 1, 1, 1, 1, nan, nan),
                    arm(Arms.NONE, 2, 2, 2, 2, 2, 2, 2, 2, nan))));

    // Seven times 1/2, once infinite, and once unknown because both have failed.
    assertTrue(rows.contains("Final test loss|0.500|≥ 0.500|7 of 9|1 of 9"), rows);
    // Before they failed both had come to 90.
    assertTrue(rows.contains("Best test loss|0.500|0.500 to 1.00|7 of 9|1 of 9"), rows);
    assertTrue(rows.contains("Mean log₁₀ of the test loss|-0.151|≥ -0.151|7 of 9|1 of 9"), rows);
  }

  private static String answer(int replicas) throws Exception {
    String html = HtmlReport.html(Studies.replicas(replicas, 50, Arms.BATCH_NORM, Arms.NONE));
    return html.substring(html.indexOf("id=\"answer-heading\""), html.indexOf("id=\"losses-"));
  }

  @Test
  void oneReplicaHasNoVerdict() throws Exception {
    String one = answer(1);
    assertFalse(one.contains("verdict") || one.contains("undecided"), one);
    assertTrue(one.contains("<h3>Is the final loss hardly affected?</h3>"), one);
    assertTrue(one.contains("<code>--replicas 8</code>"), one);

    String two = answer(2);
    assertTrue(
        two.contains("<span class=\"verdict\">undecided</span> Is the final loss hardly"), two);
  }

  /** In tables, legends, figures and the words: all that takes a label. */
  @Test
  void theNetworkWithoutIsCalledByWhatItIsComparedWith() throws Exception {
    String article = HtmlReport.html(Studies.replicas(6, 50, Arms.BATCH_NORM, Arms.NONE));
    String other = HtmlReport.html(Studies.replicas(6, 50, Arms.LAYER_NORM, Arms.NONE));

    assertTrue(article.contains("<h1>What batch normalization changes</h1>"));
    assertTrue(article.contains("train without BN") && article.contains("none (without BN)"));
    assertTrue(other.contains("<h1>What normalization changes</h1>"));
    assertFalse(other.contains("without BN"));
    for (String place : List.of("name: 'train ", "name: 'largest ", "<h4>", "true, ", "none (")) {
      assertTrue(other.contains(place + "without normalization"), place);
    }
  }

  @Test
  void theSameResultGivesTheSameBytes() throws Exception {
    assertEquals(
        HtmlReport.html(Studies.of(100, Arms.NONE)), HtmlReport.html(Studies.of(100, Arms.NONE)));
  }

  @Test
  void theTableHoldsTheNumbersOfEachArm() throws Exception {
    var result =
        Studies.of(
            Studies.result(
                Arms.BATCH_NORM, new double[] {9, 0.04, 0.03}, new double[] {8, 0.01, 0.06}, 0.012),
            Studies.result(Arms.NONE, new double[] {9, 2, 0.5}, new double[] {8, 3, 0.75}, 0.006));

    String html = HtmlReport.html(result);
    String rows = rows(html);

    assertTrue(rows.contains("|batch-norm (with BN)|none (without BN)"), rows);
    assertTrue(rows.contains("Final training loss|0.03000|0.5000"), rows);
    assertTrue(rows.contains("Final test loss|0.06000|0.7500"), rows);
    assertTrue(rows.contains("Best test loss|0.01000|0.7500"), rows);
    assertTrue(rows.contains("Epoch of the best test loss|1|2"), rows);
    assertTrue(rows.contains("\n1|1|2\n0.1|1|≥ 3\n0.05|1|≥ 3\n"), rows);
    assertTrue(html.contains("No network came down to a training loss of 0.02 or less; such"));
    assertTrue(rows.contains("\n1|1|2\n0.1|1|≥ 3\n0.05|1|≥ 3\n0.02|1|≥ 3\n0.01|1|≥ 3\n"), rows);
    assertTrue(rows.contains("Time per epoch, ms|4.000|2.000"), rows);
  }

  @Test
  void theLossesToReachAreThoseThatAreAskedFor() throws Exception {
    double[] losses = {40, 20, 7};
    var result = Studies.of(Studies.result(Arms.NONE, losses, losses, 1));

    String suiting = rows(HtmlReport.html(result));
    // Evenly from 40 to 7, and none of the fixed ones.
    assertTrue(suiting.contains("\n30|1\n22|1\n17|2\n13|2\n9.4|2\n"), suiting);
    String asked = rows(HtmlReport.html(result, Thresholds.parse("25,8,3")));
    assertTrue(asked.contains("\n25|1\n8|2\n"), asked);
    assertTrue(asked.contains("No network came down to a training loss of 3 or less"), asked);
    assertFalse(asked.contains("\n22|"), asked);
  }

  @Test
  void aDivergedRunIsReportedAsOne() throws Exception {
    double nan = Double.NaN;
    var result =
        Studies.of(
            Studies.result(
                Arms.NONE,
                new double[] {9, Double.POSITIVE_INFINITY},
                new double[] {nan, nan},
                0.01));

    String html = HtmlReport.html(result);

    assertTrue(rows(html).contains("Final training loss|infinite"));
    assertTrue(rows(html).contains("Best test loss|not a number"));
    assertTrue(rows(html).contains("Epoch of the best test loss|–"));
    assertTrue(html.contains("A curve has a gap where"));
  }

  @Test
  void settingsAndProvenanceAreShown() throws Exception {
    String html = HtmlReport.html(Studies.of("mvn again", "gpu:1", 1_000, Arms.NONE));

    String rows = rows(html);
    assertTrue(rows.contains("Epochs|1,000"), rows);
    assertTrue(rows.contains("Range of b|-1 to 1"), rows);
    assertTrue(rows.contains("Added to the variance, ε|1e-6"), rows);
    assertTrue(rows.contains("Device|gpu:1"), rows);
    assertTrue(rows.contains("PyTorch|2.7.1"), rows);
    assertTrue(rows.contains("Start|2026-11-23 09:14:05 UTC"), rows);
    assertTrue(rows.contains("Duration|54.20 s"), rows);
    assertTrue(html.contains("<pre><code>mvn again</code></pre>"));
  }

  @Test
  void valuesAreEscaped() throws Exception {
    String evil = "</code></script><script>alert(1)</script> & \"quoted\" 'so'";

    String html = HtmlReport.html(Studies.of(evil, evil, 10, Arms.NONE));

    assertFalse(html.contains("<script>alert"));
    String escaped = "&lt;/code&gt;&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; ";
    assertEquals(
        2,
        Pattern.compile(Pattern.quote(escaped)).matcher(html).results().count(),
        "the command and the device");
  }

  @Test
  void aCurvesNameCannotEndItsScript() {
    double[] losses = {2, 1};
    var curve = Curve.of("</script><!--'\\'\n\u2028", "#000000", false, losses, 10);

    String script = Scripts.of(LossFigure.figure(List.of(curve), List.of()), "losses");

    assertFalse(script.contains("</script"));
    assertFalse(script.contains("<!--"));
    String name = "name: '&lt;/script&gt;&lt;!--&#39;\\\\&#39;  '";
    assertTrue(script.contains(name), script);
  }
}
