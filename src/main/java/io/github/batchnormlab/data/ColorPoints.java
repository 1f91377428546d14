package io.github.batchnormlab.data;

import io.github.batchnormlab.study.Range;
import io.github.batchnormlab.study.Settings;
import java.util.List;

/**
 * Points (r, g, b) with the three functions of them that the article's network learns.
 *
 * <pre>
 * x  = r + 2g + 3b
 * y  = r² + 2g² + 3b²
 * lv = -3r - 4g - 5b
 * </pre>
 */
public final class ColorPoints {
  /** The coordinates. */
  public static final List<String> FEATURES = List.of("r", "g", "b");

  /** The functions. */
  public static final List<String> TARGETS = List.of("x", "y", "lv");

  private static final int COLUMNS = 3;

  private ColorPoints() {}

  /**
   * {@return {@code r + 2g + 3b}}
   *
   * @param r red
   * @param g green
   * @param b blue
   */
  public static double xFunc(double r, double g, double b) {
    return r + 2 * g + 3 * b;
  }

  /**
   * {@return {@code r² + 2g² + 3b²}}
   *
   * @param r red
   * @param g green
   * @param b blue
   */
  public static double yFunc(double r, double g, double b) {
    return r * r + 2 * (g * g) + 3 * (b * b);
  }

  /**
   * {@return {@code -3r - 4g - 5b}}
   *
   * @param r red
   * @param g green
   * @param b blue
   */
  public static double lvFunc(double r, double g, double b) {
    return -3 * r - 4 * g - 5 * b;
  }

  /**
   * Draws the points of a seed: the test set continues the number stream of the training set, as in
   * the article's program.
   *
   * @param seed the seed
   * @param settings how many points, and from where
   * @return the points
   */
  public static Split draw(int seed, Settings.Data settings) {
    return draw(new NumberStream(seed), settings);
  }

  /** The same from a stream, which then stands behind the last number drawn. */
  static Split draw(NumberStream numbers, Settings.Data settings) {
    Table train = draw(numbers, settings, settings.trainSize().count().orElseThrow());
    return new Split(train, draw(numbers, settings, settings.testSize().count().orElseThrow()));
  }

  /**
   * Draws points: all r, then all g, then all b.
   *
   * @param numbers where the coordinates come from
   * @param ranges the ranges of r, g and b
   * @param size the number of points
   * @return the points
   * @throws IllegalArgumentException if the size is below 1
   */
  public static Table draw(NumberStream numbers, Settings.Data ranges, int size) {
    if (size < 1) {
      throw new IllegalArgumentException("At least 1 point must be drawn, but size is " + size);
    }
    double[] x = new double[COLUMNS * size];
    double[] y = new double[COLUMNS * size];
    List<Range> channels = List.of(ranges.red(), ranges.green(), ranges.blue());
    for (int channel = 0; channel < COLUMNS; channel++) {
      for (int i = channel; i < x.length; i += COLUMNS) {
        x[i] = numbers.next(channels.get(channel));
      }
    }
    for (int i = 0; i < x.length; i += COLUMNS) {
      y[i] = xFunc(x[i], x[i + 1], x[i + 2]);
      y[i + 1] = yFunc(x[i], x[i + 1], x[i + 2]);
      y[i + 2] = lvFunc(x[i], x[i + 1], x[i + 2]);
    }
    return new Table(FEATURES, TARGETS, x, y);
  }
}
