package io.github.batchnormlab.data;

import io.github.batchnormlab.study.Range;
import org.apache.commons.math3.random.MersenneTwister;

/**
 * The stream of doubles that NumPy draws after {@code numpy.random.seed(seed)}, bit for bit.
 *
 * <p>The generator is the Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998), seeded with a
 * single integer. A double takes two successive 32-bit words a and b: the upper 27 bits of a and
 * the upper 26 bits of b make a 53-bit fraction of [0, 1), as in NumPy's {@code random_sample}.
 */
public final class NumberStream {
  private static final double TWO_TO_26 = 0x1p26;
  private static final double TWO_TO_53 = 0x1p53;

  private final MersenneTwister words = new MersenneTwister();

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
    words.setSeed(seed);
  }

  /** The next double, uniform in [0, 1). */
  public double next() {
    long high = words.nextInt() >>> 5;
    long low = words.nextInt() >>> 6;
    return (high * TWO_TO_26 + low) / TWO_TO_53;
  }

  /** The next double, uniform in the range, as {@code numpy.random.uniform} draws it. */
  public double next(Range range) {
    return range.low() + (range.high() - range.low()) * next();
  }
}
