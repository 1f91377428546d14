package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BoundedTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final Bounded AT_MOST_4 = new Bounded(-INFINITY, 4);
  private static final Bounded UNKNOWN = new Bounded(-INFINITY, INFINITY);

  private static String text(Bounded bounded) {
    return bounded.text(Numbers::exact);
  }

  private static String range(Bounded bounded) {
    return bounded.rangeText(Numbers::exact);
  }

  @Test
  void aBoundIsNeverShownAsIfItWereExact() {
    assertEquals("3", text(Bounded.exactly(3)));
    assertEquals("≥\u00a03", text(Bounded.atLeast(3)));
    assertEquals("≤\u00a04", text(AT_MOST_4));
    assertEquals("3 to 4", text(new Bounded(3, 4)));
    assertEquals("undecided", text(UNKNOWN));
    assertEquals("not available", text(Bounded.NOT_AVAILABLE));
  }

  @Test
  void anIntervalsOpenEndIsShownAsOne() {
    assertEquals("3 to 3", range(Bounded.exactly(3)));
    assertEquals("≥\u00a03", range(Bounded.atLeast(3)));
    assertEquals("undecided", range(UNKNOWN));
  }

  @Test
  void anInfiniteNumberIsKnownToBeSo() {
    assertEquals("infinite", text(Bounded.INFINITE));
    assertEquals("infinite", range(Bounded.INFINITE));
    assertTrue(Bounded.INFINITE.saysSomething());
    assertTrue(Bounded.INFINITE.isAbove(1e300));
    assertFalse(UNKNOWN.saysSomething());
    assertFalse(Bounded.NOT_AVAILABLE.saysSomething());
  }

  @Test
  void onlyTheWholeOfItDecides() {
    assertTrue(new Bounded(2, 4).isAbove(1.9));
    assertFalse(new Bounded(2, 4).isAbove(2));
    assertFalse(Bounded.atLeast(2).isBelow(9));
    assertTrue(AT_MOST_4.isBelow(5));
    assertTrue(new Bounded(2, 4).isWithin(2, 4));
    assertFalse(Bounded.atLeast(2).isWithin(2, 4));
    assertFalse(Bounded.NOT_AVAILABLE.isWithin(2, 4));
  }
}
