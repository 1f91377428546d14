package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Provenance;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import io.github.batchnormlab.study.Versions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
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
