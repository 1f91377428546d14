package io.github.batchnormlab.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LogSoftmaxTest {

  /** Where a probability rounds to 0, its logarithm is still known. */
  @Test
  void itIsFiniteForOutputsFarApart() {
    double[] logs = TrainedNetwork.logSoftmax(new double[] {0, 2_000, 1, 1}, 2);
    assertArrayEquals(new double[] {-2_000, 0, -Math.log(2), -Math.log(2)}, logs, 1e-12);
    assertEquals(0, Math.exp(logs[0]));
  }
}
