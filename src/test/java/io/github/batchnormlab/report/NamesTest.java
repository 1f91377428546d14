package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Task;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamesTest {
  @Test
  void whatAScreenObeysIsShownAsACode() {
    assertEquals("a\\nb\\u001b\\u202ec", Names.of("a\nb\u001b\u202ec"));
  }

  @Test
  void longNamesAreCutAndEmptyOnesSaidToBe() {
    assertEquals(40, Names.of("x".repeat(10_000)).length());
    assertEquals("x".repeat(17) + "…", Names.onAxis("x".repeat(10_000)));
    assertEquals("(no name)", Names.of(" "));
  }

  /** Else a Hebrew name would turn around the numbers behind it. */
  @Test
  void namesFromRightToLeftDoNotReachBeyondThemselves() {
    assertEquals("\u2068\u05e9\u05dc\u05d5\u05dd\u2069", Names.of("\u05e9\u05dc\u05d5\u05dd"));
    assertFalse(Names.of("naïve Größe").contains("\u2068"));
  }

  @Test
  void aMetricNamesItsTargetWhereThereMayBeSeveral() {
    assertEquals("R² of bmi", Names.of(Metric.of(Task.REGRESSION, List.of("bmi")).get(0)));
    assertEquals("accuracy", Names.of(Metric.of(Task.CLASSIFICATION, List.of("kind")).get(0)));
  }

  @Test
  void listsEndLikeSentences() {
    assertEquals("a", Names.list(List.of("a"), 3));
    assertEquals("a, b and c", Names.list(List.of("a", "b", "c"), 3));
    assertEquals(
        "a, b and 1,998 more",
        Names.list(
            TableStudies.names("", 2_000).stream()
                .map(name -> name.equals("0") ? "a" : name.equals("1") ? "b" : name)
                .toList(),
            2));
  }
}
