package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Task;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetricChartsTest {
  private static final Metric R2 = Metric.of(Task.REGRESSION, List.of("price")).get(0);
  private static final String SAID = "leaves out lower ones";

  private static Chart chart(double[]... ofArms) {
    List<ArmResult> arms =
        Arrays.stream(ofArms)
            .map(
                values ->
                    new ArmResult(
                        Arms.NONE,
                        new double[][] {values},
                        new double[][] {values},
                        new int[] {values.length},
                        1,
                        Map.of(R2, new double[][] {values})))
            .toList();
    return MetricCharts.of(arms, List.of(R2), Settings.Kind.TABLE).get(0);
  }

  /** The ranges that are set, of all axes. */
  private static String ranges(Chart chart) {
    return Pattern.compile("range: \\[([^]]*)\\]")
        .matcher(chart.panels().get(0).script())
        .results()
        .map(MatchResult::group)
        .collect(Collectors.joining())
        .replace("\"", "");
  }

  @Test
  void theFirstEpochsDoNotTakeTheAxis() {
    // A quarter of 0.8 below 0, and of 0.8 + 0.4 below -0.4.
    Chart good = chart(new double[] {-0.9, -0.3, 0.5, 0.8}, new double[] {-40, 0.1, 0.2, 0.4});
    assertTrue(ranges(good).startsWith("range: [-0.2,0.85"), ranges(good));
    assertTrue(good.see().contains(SAID), good.see());
    Chart bad = chart(new double[] {-0.9, -0.3, 0.5, 0.8}, new double[] {-40, 0.1, 0.2, -0.4});
    assertTrue(ranges(bad).startsWith("range: [-0.7"), ranges(bad));
  }

  @Test
  void whatTakesLittleRoomIsShown() {
    Chart all = chart(new double[] {-0.1, 0.5, 0.8}, new double[] {0.1, 0.2, 0.4});
    assertEquals("", ranges(all));
    assertFalse(all.see().contains(SAID), all.see());
  }
}
