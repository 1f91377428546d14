package io.github.batchnormlab.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.batchnormlab.study.Range;
import org.junit.jupiter.api.Test;

class NumberStreamTest {

  /** {@code numpy.random.seed(5489); numpy.random.random_sample(3)}, NumPy 1.24. */
  @Test
  void drawsNumPysDoubles() {
    NumberStream numbers = new NumberStream(5489);
    assertEquals(0.8147236863931789, numbers.next());
    assertEquals(0.9057919370756192, numbers.next());
    assertEquals(0.12698681629350606, numbers.next());
  }

  /** {@code numpy.random.seed(2147483647); numpy.random.uniform(2, 5, 2)}, NumPy 1.24. */
  @Test
  void drawsNumPysUniformsFromTheLargestSeed() {
    NumberStream numbers = new NumberStream(Integer.MAX_VALUE);
    Range range = new Range(2, 5);
    assertEquals(3.1801733946504163, numbers.next(range));
    assertEquals(3.9699855291633557, numbers.next(range));
  }

  @Test
  void refusesANegativeSeed() {
    var error = assertThrows(IllegalArgumentException.class, () -> new NumberStream(-1));
    assertEquals("The seed must not be negative, but is -1", error.getMessage());
  }
}
