package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.ArmResult;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class QuantityTest {
  private static final double NAN = Double.NaN;
  private static final Thresholds THRESHOLDS = Thresholds.parse("1,0.1");

  private static ArmResult result(double[][] train, double[][] test) {
    return new ArmResult(Arms.NONE, train, test, 1);
  }

  private static Quantity named(String name, List<Quantity> quantities) {
    return quantities.stream().filter(q -> q.name().equals(name)).findFirst().orElseThrow();
  }

  private static List<Bounded> exactly(double... values) {
    return Arrays.stream(values).mapToObj(Bounded::exactly).toList();
  }

  @Test
  void theyAreTakenFromEachReplica() {
    var result =
        result(new double[][] {{100, 1, 0.1}, {10, 1, 1}}, new double[][] {{8, 2, 4}, {6, 5, 0.5}});

    assertEquals(exactly(0.1, 1), named("Final training loss", Quantity.LOSSES).of(result));
    assertEquals(exactly(4, 0.5), Quantity.FINAL_TEST_LOSS.of(result));
    assertEquals(exactly(2, 0.5), named("Best test loss", Quantity.LOSSES).of(result));
    var area = named("Mean log₁₀ of the training loss", Quantity.LOSSES).of(result);
    // (2 + 0 - 1) / 3 and (1 + 0 + 0) / 3
    assertEquals(1 / 3.0, area.get(0).low(), 1e-12);
    assertEquals(1 / 3.0, area.get(1).low(), 1e-12);
    assertEquals(exactly(1, 1), named("1", Quantity.trainEpochs(THRESHOLDS)).of(result));
    assertEquals(
        List.of(Bounded.exactly(2), Bounded.atLeast(3)),
        named("0.1", Quantity.trainEpochs(THRESHOLDS)).of(result));
    assertEquals(
        List.of(Bounded.atLeast(3), Bounded.exactly(2)),
        named("1", Quantity.testEpochs(THRESHOLDS)).of(result));
  }

  @Test
  void aLossThatIsNotFiniteMakesItsNumbersNotAvailable() {
    var result = result(new double[][] {{9, 0.05, NAN}}, new double[][] {{8, 2, 1 / 0.0}});

    var none = List.of(Bounded.NOT_AVAILABLE);
    assertEquals(none, named("Final training loss", Quantity.LOSSES).of(result));
    assertEquals(none, Quantity.FINAL_TEST_LOSS.of(result));
    assertEquals(none, named("Mean log₁₀ of the training loss", Quantity.LOSSES).of(result));
    assertEquals(none, named("Mean log₁₀ of the test loss", Quantity.LOSSES).of(result));
    // What came before counts, and what did not come is known not to have come.
    assertEquals(exactly(2), named("Best test loss", Quantity.LOSSES).of(result));
    assertEquals(exactly(1), named("0.1", Quantity.trainEpochs(THRESHOLDS)).of(result));
    assertEquals(
        List.of(Bounded.atLeast(3)), named("1", Quantity.testEpochs(THRESHOLDS)).of(result));
  }

  @Test
  void theSpreadIsInMedianAndQuartiles() {
    var spread = Spread.of(exactly(7, 1, 4, 2));

    assertEquals(
        new Spread(4, 4, 4, Bounded.exactly(1.75), Bounded.exactly(3), Bounded.exactly(4.75)),
        spread);
  }

  @Test
  void theSpreadCountsWhatIsCensoredAndLeavesOutWhatIsNotAvailable() {
    var replicas =
        Stream.of(
            Bounded.atLeast(10), Bounded.exactly(2), Bounded.NOT_AVAILABLE, Bounded.exactly(4));

    var spread = Spread.of(replicas.toList());

    assertEquals(
        new Spread(4, 3, 2, Bounded.exactly(3), Bounded.exactly(4), Bounded.atLeast(7)), spread);
  }
}
