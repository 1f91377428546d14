package io.github.batchnormlab.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RunsTest {
  /** Of 62 blocks on two cores, two tasks of 32 take 33 units of time, four of 16 take 34. */
  @Test
  void aTaskTakesAsManyBlocksAsMakeAPassShortest() {
    assertEquals(32, SparkTable.run(62, 2));
    assertEquals(8, SparkTable.run(62, 3)); // 8 tasks: 3 · 9; 2 or 4 tasks would leave cores idle.
    assertEquals(1, SparkTable.run(4, 4));
    assertEquals(1, SparkTable.run(1, 8));
  }
}
