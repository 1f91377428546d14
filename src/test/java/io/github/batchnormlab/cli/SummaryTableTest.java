package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.ColumnFacts;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Provenance;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import io.github.batchnormlab.study.Task;
import io.github.batchnormlab.study.Versions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SummaryTableTest {
  private static String table(double[]... losses) {
    var settings =
        Settings.defaults()
            .with("epochs", 2)
            .with("replicas", losses.length)
            .with("arms", List.of(Arms.NONE));
    var provenance =
        new Provenance(
            new Versions("", "", "", ""), "", "", "cpu", 1, "", Instant.EPOCH, 1, List.of());
    var result =
        new StudyResult(
            settings,
            List.of(new ArmResult(Arms.NONE, losses, losses, 0.012)),
            List.of(),
            List.of(),
            provenance);
    var text = new StringWriter();
    var out = new PrintWriter(text);
    SummaryTable.print(result, out);
    out.flush();
    return text.toString().replaceAll(" +", " ").replace("\r", "");
  }

  @Test
  void itHoldsMediansAndSaysSo() {
    assertEquals(
        """

        arm train loss test loss best test at epoch loss 0.1 ms/epoch
        none 0.03000 0.03000 0.03000 1 1 2.00
        (median of 3 replicas; loss 0.1: the first epoch whose training loss is at most 0.1)
        """,
        table(new double[] {9, 0.01}, new double[] {9, 0.03}, new double[] {9, 5}));
  }

  private static String ofTable(Task task, String... targets) {
    List<String> names = List.of(targets);
    var columns = names.stream().map(name -> new ColumnFacts(name, true, false, 2, 0)).toList();
    var facts =
        new DataFacts("x.csv", "", List.of("aa"), task, 8, 2, 0, columns, 3, List.of(), List.of());
    double[][] losses = {{9, 6, 3}, {9, 5, 1}};
    Map<Metric, double[][]> metrics = new LinkedHashMap<>();
    for (Metric metric : facts.metrics()) {
      double last = 0.5 / (1 + metrics.size());
      metrics.put(metric, new double[][] {{0, 0, last}, {0, 0, last}});
    }
    var settings =
        Settings.parse(
            Map.of("data", "x.csv", "target", "y", "epochs", "3", "replicas", "2", "arms", "none"));
    int[] epochs = {3, 3};
    var result =
        new StudyResult(
            settings,
            List.of(new ArmResult(Arms.NONE, losses, losses, epochs, 0.012, metrics)),
            List.of(),
            List.of(),
            new Provenance(
                new Versions("", "", "", ""), "", "", "cpu", 1, "", Instant.EPOCH, 1, List.of()),
            Optional.of(facts));
    var text = new StringWriter();
    var out = new PrintWriter(text);
    SummaryTable.print(result, out);
    out.flush();
    List<String> lines = text.toString().lines().toList();
    assertTrue(lines.get(1).length() <= 100 && lines.get(2).length() <= 100, text.toString());
    return text.toString().replaceAll(" +", " ").replace("\r", "");
  }

  @Test
  void ofATableItHoldsTheMetricsAtTheEnd() {
    assertEquals(
        """

        arm train loss test loss best test at epoch loss 3.4 R² RMSE ms/epoch
        none 2.000 2.000 2.000 2 2 0.5000 0.2500 2.00
        (median of 2 replicas; loss 3.4: the first epoch whose training loss is at most 3.4; R² and \
        RMSE: of the test rows after the last epoch)
        """,
        ofTable(Task.REGRESSION, "y"));
    // (0.5 + 0.5 / 3) / 2
    assertTrue(ofTable(Task.REGRESSION, "y", "z").contains("none 2.000 2.000 2.000 2 2 0.3333 "));
    assertTrue(ofTable(Task.REGRESSION, "y", "z").contains("; mean R²: of the test rows"));
    assertTrue(ofTable(Task.CLASSIFICATION, "y").contains(" loss 3.4 accuracy ms/epoch"));
  }

  @Test
  void ofOneReplicaItHoldsTheNumbers() {
    assertEquals(
        """

        arm train loss test loss best test at epoch loss 0.1 ms/epoch
        none 0.05000 0.05000 0.05000 1 1 6.00
        (loss 0.1: the first epoch whose training loss is at most 0.1)
        """,
        table(new double[] {9, 0.05}));
  }

  @Test
  void itNamesTheLossThatWasReached() {
    assertEquals(
        """

        arm train loss test loss best test at epoch loss 2.2 ms/epoch
        none 2.000 2.000 2.000 2 2 4.00
        (loss 2.2: the first epoch whose training loss is at most 2.2)
        """,
        table(new double[] {4, 3, 2}));
  }

  /** A replica that stopped has no final loss: neither one from before, nor the last finite one. */
  @Test
  void aReplicaThatStoppedHasNoFinalLoss() {
    assertEquals(
        """

        arm train loss test loss best test at epoch loss 0.1 ms/epoch
        none not finite not finite 9.000 0 >= 2 6.00
        (loss 0.1: the first epoch whose training loss is at most 0.1)
        """,
        table(new double[] {9, Double.NaN}));
    assertEquals(
        """

        arm train loss test loss best test at epoch loss 0.1 ms/epoch
        none 4.000 4.000 5.000 1 >= 2 2.00
        (median of 3 replicas; train and test loss without those that stopped; loss 0.1: the first \
        epoch whose training loss is at most 0.1)
        """,
        table(new double[] {9, 3}, new double[] {9, Double.NaN}, new double[] {9, 5}));
  }
}
