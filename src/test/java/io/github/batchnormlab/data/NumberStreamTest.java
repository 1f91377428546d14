package io.github.batchnormlab.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.batchnormlab.study.Range;
import java.util.Arrays;
import org.apache.commons.math3.random.MersenneTwister;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 42, 5489, 1_000_000_007, Integer.MAX_VALUE})
  void drawsTheWordsOfAnotherMersenneTwister(int seed) {
    MersenneTwister twister = new MersenneTwister();
    twister.setSeed(seed);
    NumberStream numbers = new NumberStream(seed);
    for (int i = 0; i < 2000; i++) {
      long high = twister.nextInt() >>> 5;
      long low = twister.nextInt() >>> 6;
      assertEquals((high * 0x1p26 + low) / 0x1p53, numbers.next(), "double " + i);
    }
  }

  /** {@code numpy.random.RandomState(seed).permutation(n)} twice, NumPy 1.24. */
  @Test
  void drawsNumPysPermutationsOneAfterTheOther() {
    NumberStream numbers = new NumberStream(42);
    int[] first = {10, 9, 0, 8, 5, 2, 1, 11, 4, 7, 3, 6};
    int[] second = {10, 9, 0, 8, 6, 3, 1, 4, 5, 2, 11, 7};
    assertArrayEquals(first, numbers.permutation(12));
    assertArrayEquals(second, numbers.permutation(12));
    assertEquals(0.3042422429595377, numbers.next());
  }

  /** The same with 100,000 numbers; the sum of i times the i-th tells one order from another. */
  @Test
  void drawsNumPysLongPermutations() {
    NumberStream numbers = new NumberStream(0);
    int[] order = numbers.permutation(100_000);
    int[] begin = {3582, 60498, 53227, 21333, 3885, 51521, 84261, 10685, 59948};
    assertArrayEquals(begin, Arrays.copyOf(order, begin.length));
    long sum = 0;
    for (int i = 0; i < order.length; i++) {
      sum += (long) i * order[i];
    }
    assertEquals(249937372929313L, sum);
    assertEquals(10655, numbers.permutation(100_000)[0]);
    assertEquals(0.5584488122242854, numbers.next());
  }

  @Test
  void permutesNothingAndOneNumberWithoutADraw() {
    NumberStream numbers = new NumberStream(7);
    assertArrayEquals(new int[] {}, numbers.permutation(0));
    assertArrayEquals(new int[] {0}, numbers.permutation(1));
    assertEquals(new NumberStream(7).next(), numbers.next());
    assertThrows(IllegalArgumentException.class, () -> numbers.permutation(-1));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 311, 312, 313, 1000})
  void goesOnFromAState(int drawsBefore) {
    NumberStream numbers = new NumberStream(3);
    for (int i = 0; i < drawsBefore; i++) {
      numbers.next();
    }
    NumberStream other = new NumberStream(numbers.state());
    for (int i = 0; i < 400; i++) {
      assertEquals(numbers.next(), other.next());
    }
    assertArrayEquals(numbers.permutation(99), other.permutation(99));
    assertArrayEquals(numbers.state(), other.state());
  }

  @Test
  void aStateIsACopy() {
    NumberStream numbers = new NumberStream(3);
    int[] state = numbers.state();
    NumberStream other = new NumberStream(state);
    Arrays.fill(state, 0);
    numbers.next();
    assertEquals(new NumberStream(3).next(), other.next());
  }

  @Test
  void refusesWhatIsNoState() {
    int[] state = new NumberStream(3).state();
    state[624] = 625;
    assertThrows(IllegalArgumentException.class, () -> new NumberStream(state));
    state[624] = -1;
    assertThrows(IllegalArgumentException.class, () -> new NumberStream(state));
    assertThrows(IllegalArgumentException.class, () -> new NumberStream(new int[624]));
  }

  @Test
  void refusesANegativeSeed() {
    var error = assertThrows(IllegalArgumentException.class, () -> new NumberStream(-1));
    assertEquals("The seed must not be negative, but is -1", error.getMessage());
  }
}
