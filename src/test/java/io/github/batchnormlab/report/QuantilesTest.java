package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class QuantilesTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  @Test
  void theyAreThoseOfNumPy() {
    // numpy.quantile([7, 1, 4, 2], [0.1, 0.25, 0.5, 0.75, 1])
    double[] values = {7, 1, 4, 2};

    assertEquals(1.3, Quantiles.of(values, 0.1), 1e-12);
    assertEquals(1.75, Quantiles.of(values, 0.25), 1e-12);
    assertEquals(3, Quantiles.of(values, 0.5), 1e-12);
    assertEquals(4.75, Quantiles.of(values, 0.75), 1e-12);
    assertEquals(7, Quantiles.of(values, 1), 1e-12);
  }

  @Test
  void anInfiniteValueCountsWhereItHasAPart() {
    double[] values = {3, INFINITY, 1, 2, INFINITY};

    assertEquals(3, Quantiles.of(values, 0.5));
    assertEquals(INFINITY, Quantiles.of(values, 0.51));
    assertEquals(-INFINITY, Quantiles.of(new double[] {-INFINITY, 5}, 0.5));
  }

  @Test
  void withoutValuesThereIsNone() {
    assertEquals(Double.NaN, Quantiles.of(new double[0], 0.5));
    assertEquals(Bounded.NOT_AVAILABLE, Quantiles.of(List.of(), 0.5));
  }

  @Test
  void aBoundHasItsPlaceInTheOrder() {
    var values =
        List.of(Bounded.exactly(1), Bounded.atLeast(10), Bounded.exactly(3), Bounded.atLeast(10));

    assertEquals(Bounded.exactly(1), Quantiles.of(values.subList(0, 1), 0.5));
    assertEquals(Bounded.exactly(2.5), Quantiles.of(values, 0.25));
    // Between 3 and something of at least 10.
    assertEquals(Bounded.atLeast(6.5), Quantiles.of(values, 0.5));
    assertEquals(Bounded.atLeast(10), Quantiles.of(values, 0.75));
  }
}
