package io.github.batchnormlab.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.study.Range;
import io.github.batchnormlab.study.Settings;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ColorPointsTest {
  private static final Settings.Data DATA = Settings.defaults().data();

  private static Table draw(int size) {
    return ColorPoints.draw(new NumberStream(0), DATA, size);
  }

  @Test
  void computesTheThreeFunctions() {
    assertEquals(0.5 + 2 * -2.0 + 3 * 3.0, ColorPoints.xFunc(0.5, -2, 3));
    assertEquals(0.25 + 2 * 4.0 + 3 * 9.0, ColorPoints.yFunc(0.5, -2, 3));
    assertEquals(-3 * 0.5 - 4 * -2.0 - 5 * 3.0, ColorPoints.lvFunc(0.5, -2, 3));
  }

  @Test
  void aRowHoldsAPointAndItsTargets() {
    Table table = draw(10);
    double[] p = Arrays.copyOfRange(table.x(), 21, 24);
    assertArrayEquals(
        new double[] {
          ColorPoints.xFunc(p[0], p[1], p[2]),
          ColorPoints.yFunc(p[0], p[1], p[2]),
          ColorPoints.lvFunc(p[0], p[1], p[2])
        },
        Arrays.copyOfRange(table.y(), 21, 24));
  }

  @Test
  void columnsAreDrawnOneAfterTheOther() {
    NumberStream numbers = new NumberStream(0);
    double[] draws = DoubleStream.generate(() -> -1 + 2 * numbers.next()).limit(30).toArray();
    double[] rows = draw(10).x();
    for (int i = 0; i < 10; i++) {
      assertEquals(draws[i], rows[3 * i]);
      assertEquals(draws[10 + i], rows[3 * i + 1]);
      assertEquals(draws[20 + i], rows[3 * i + 2]);
    }
  }

  @Test
  void theTestSetContinuesTheTrainingSet() {
    Settings.Data few = Settings.defaults().with("train-size", 4).with("test-size", 2).data();
    NumberStream numbers = new NumberStream(7);
    Split split = ColorPoints.draw(7, few);
    assertArrayEquals(ColorPoints.draw(numbers, few, 4).x(), split.train().x());
    assertArrayEquals(ColorPoints.draw(numbers, few, 2).x(), split.test().x());
  }

  @Test
  void eachChannelHasItsOwnRange() {
    Settings.Data ranges =
        Settings.defaults()
            .with("red", "0:1")
            .with("green", "-5:-4")
            .with("blue", new Range(10, 20))
            .data();
    double[] x = ColorPoints.draw(new NumberStream(0), ranges, 500).x();
    for (int i = 0; i < x.length; i++) {
      double low = new double[] {0, -5, 10}[i % 3];
      double high = new double[] {1, -4, 20}[i % 3];
      assertTrue(x[i] >= low && x[i] < high, x[i] + " is not in its range");
    }
  }

  @Test
  void refusesToDrawNothing() {
    assertThrows(IllegalArgumentException.class, () -> draw(0));
  }
}
