package io.github.batchnormlab.data;

import io.github.batchnormlab.study.Range;
import java.util.Arrays;

/**
 * The stream that NumPy draws from after {@code numpy.random.seed(seed)}, or from {@code
 * numpy.random.RandomState(seed)}, bit for bit.
 *
 * <p>The generator is the Mersenne Twister MT19937 (Matsumoto and Nishimura, "Mersenne Twister: a
 * 623-dimensionally equidistributed uniform pseudo-random number generator", 1998), seeded with a
 * single integer. Its state can be taken and put back, so that a stream goes on where it was.
 */
public final class NumberStream {
  private static final double TWO_TO_26 = 0x1p26;
  private static final double TWO_TO_53 = 0x1p53;

  /** N, M, A and the masks of the paper. */
  private static final int WORDS = 624;

  private static final int MIDDLE = 397;
  private static final int MATRIX = 0x9908b0df;
  private static final int UPPER = 0x80000000;
  private static final int LOWER = 0x7fffffff;

  private final int[] words;

  /** The next word; at {@link #WORDS} all have been used. */
  private int next;

  /**
   * Starts the stream.
   *
   * @param seed 0 to 2^31 - 1
   * @throws IllegalArgumentException if the seed is negative
   */
  public NumberStream(int seed) {
    if (seed < 0) {
      throw new IllegalArgumentException("The seed must not be negative, but is " + seed);
    }
    words = new int[WORDS];
    words[0] = seed;
    for (int i = 1; i < WORDS; i++) {
      // The authors' init_genrand of 2002.
      words[i] = 1812433253 * (words[i - 1] ^ words[i - 1] >>> 30) + i;
    }
    next = WORDS;
  }

  /**
   * Goes on where another stream was.
   *
   * @param state what {@link #state} gave
   * @throws IllegalArgumentException if it is no state
   */
  public NumberStream(int[] state) {
    if (state.length != WORDS + 1 || state[WORDS] < 0 || state[WORDS] > WORDS) {
      throw new IllegalArgumentException("This is no state of a number stream");
    }
    words = Arrays.copyOf(state, WORDS);
    next = state[WORDS];
  }

  /**
   * All that the numbers to come depend on.
   *
   * @return a copy: the 624 words of the generator, then how many of them have been used
   */
  public int[] state() {
    int[] state = Arrays.copyOf(words, WORDS + 1);
    state[WORDS] = next;
    return state;
  }

  /**
   * {@return the next double, uniform in [0, 1), as NumPy's {@code random_sample} draws it: of two
   * words the upper 27 bits and the upper 26 bits make a fraction of 53 bits}
   */
  public double next() {
    long high = word() >>> 5;
    long low = word() >>> 6;
    return (high * TWO_TO_26 + low) / TWO_TO_53;
  }

  /**
   * {@return the next double, uniform in the range, as {@code numpy.random.uniform} draws it}
   *
   * @param range the range
   */
  public double next(Range range) {
    return range.low() + (range.high() - range.low()) * next();
  }

  /**
   * {@return the numbers 0 to n - 1 in random order, as {@code numpy.random.permutation(n)} draws
   * them: from the last place down to the second, each changes places with one of those up to
   * itself}
   *
   * @param n how many
   * @throws IllegalArgumentException if n is negative
   */
  public int[] permutation(int n) {
    if (n < 0) {
      throw new IllegalArgumentException("A permutation of " + n + " numbers makes no sense");
    }
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    for (int i = n - 1; i > 0; i--) {
      int j = upTo(i);
      int moved = order[i];
      order[i] = order[j];
      order[j] = moved;
    }
    return order;
  }

  /**
   * A number from 0 to a positive bound, both included: NumPy's {@code random_interval} takes
   * words, cut to the bound's bits, until one is not above it.
   */
  private int upTo(int bound) {
    int mask = -1 >>> Integer.numberOfLeadingZeros(bound);
    int value = word() & mask;
    while (value > bound) {
      value = word() & mask;
    }
    return value;
  }

  /** The next 32 bits. */
  private int word() {
    if (next == WORDS) {
      renew();
    }
    int y = words[next++];
    y ^= y >>> 11;
    y ^= y << 7 & 0x9d2c5680;
    y ^= y << 15 & 0xefc60000;
    return y ^ y >>> 18;
  }

  private void renew() {
    for (int i = 0; i < WORDS; i++) {
      int y = words[i] & UPPER | words[(i + 1) % WORDS] & LOWER;
      words[i] = words[(i + MIDDLE) % WORDS] ^ y >>> 1 ^ (y & 1) * MATRIX;
    }
    next = 0;
  }
}
