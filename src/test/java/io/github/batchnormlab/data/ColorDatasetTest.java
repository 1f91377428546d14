package io.github.batchnormlab.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Record;
import ai.djl.translate.Pipeline;
import ai.djl.translate.Transform;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ColorDatasetTest {

  private static ColorDataset.Builder builder(int size) {
    return ColorDataset.builder()
        .setSize(size)
        .setNumbers(new NumberStream(0))
        .setSampling(4, false);
  }

  @Test
  void computesTheThreeFunctions() {
    assertEquals(0.5 + 2 * -2.0 + 3 * 3.0, ColorDataset.xFunc(0.5, -2, 3));
    assertEquals(0.25 + 2 * 4.0 + 3 * 9.0, ColorDataset.yFunc(0.5, -2, 3));
    assertEquals(-3 * 0.5 - 4 * -2.0 - 5 * 3.0, ColorDataset.lvFunc(0.5, -2, 3));
  }

  @Test
  void aRecordHoldsAPointAndItsTargets() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Record record = builder(10).build().get(manager, 7);
      double[] p = record.getData().singletonOrThrow().toDoubleArray();
      assertArrayEquals(
          new double[] {
            ColorDataset.xFunc(p[0], p[1], p[2]),
            ColorDataset.yFunc(p[0], p[1], p[2]),
            ColorDataset.lvFunc(p[0], p[1], p[2])
          },
          record.getLabels().singletonOrThrow().toDoubleArray());
    }
  }

  @Test
  void columnsAreDrawnOneAfterTheOther() {
    double[] draws = new NumberStream(0).uniform(Range.MINUS_ONE_TO_ONE, 30);
    try (NDManager manager = NDManager.newBaseManager()) {
      double[] rows = builder(10).build().points(manager).toDoubleArray();
      for (int i = 0; i < 10; i++) {
        assertEquals(draws[i], rows[3 * i]);
        assertEquals(draws[10 + i], rows[3 * i + 1]);
        assertEquals(draws[20 + i], rows[3 * i + 2]);
      }
    }
  }

  @Test
  void eachChannelHasItsOwnRange() {
    ColorDataset dataset =
        builder(500)
            .optRed(new Range(0, 1))
            .optGreen(new Range(-5, -4))
            .optBlue(new Range(10, 20))
            .build();
    try (NDManager manager = NDManager.newBaseManager()) {
      var points = dataset.points(manager);
      for (int column = 0; column < 3; column++) {
        double low = new double[] {0, -5, 10}[column];
        double high = new double[] {1, -4, 20}[column];
        double[] values = points.get(":, " + column).toDoubleArray();
        for (double value : values) {
          assertTrue(value >= low && value < high, value + " is not in its range");
        }
      }
    }
  }

  @Test
  void batchesHoldTheSameRowsAsTheWhole() throws Exception {
    ColorDataset dataset = builder(10).build();
    try (NDManager manager = NDManager.newBaseManager()) {
      List<Double> fromBatches = new ArrayList<>();
      List<Long> sizes = new ArrayList<>();
      for (Batch batch : dataset.getData(manager)) {
        sizes.add(batch.getData().singletonOrThrow().getShape().get(0));
        for (double value : batch.getData().singletonOrThrow().toDoubleArray()) {
          fromBatches.add(value);
        }
        batch.close();
      }
      assertEquals(List.of(4L, 4L, 2L), sizes);
      assertArrayEquals(
          dataset.points(manager).toDoubleArray(),
          fromBatches.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }

  @Test
  void pipelinesTransformDataAndLabels() throws Exception {
    Transform doubled = array -> array.mul(2);
    Transform negated = array -> array.neg();
    ColorDataset dataset =
        builder(4)
            .optPipeline(new Pipeline(doubled))
            .optTargetPipeline(new Pipeline(negated))
            .build();
    try (NDManager manager = NDManager.newBaseManager()) {
      Batch batch = dataset.getData(manager).iterator().next();
      assertArrayEquals(
          dataset.points(manager).mul(2).toDoubleArray(),
          batch.getData().singletonOrThrow().toDoubleArray());
      assertArrayEquals(
          dataset.targets(manager).neg().toDoubleArray(),
          batch.getLabels().singletonOrThrow().toDoubleArray());
    }
  }

  @Test
  void float32RowsAreTheFloat64RowsRounded() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDList exact = new NDList(builder(5).build().points(manager));
      var rounded = builder(5).optDataType(DataType.FLOAT32).build().points(manager);
      assertEquals(new Shape(5, 3), rounded.getShape());
      assertArrayEquals(
          exact.singletonOrThrow().toType(DataType.FLOAT32, false).toFloatArray(),
          rounded.toFloatArray());
    }
  }

  @Test
  void refusesWhatMakesNoDataset() {
    assertThrows(IllegalArgumentException.class, () -> builder(0).build());
    assertThrows(
        IllegalArgumentException.class,
        () -> ColorDataset.builder().setSize(3).setSampling(1, false).build());
    assertThrows(
        IllegalArgumentException.class, () -> builder(3).optDataType(DataType.INT32).build());
    assertThrows(IllegalArgumentException.class, () -> new Range(1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Range(0, Double.POSITIVE_INFINITY));
    try (NDManager manager = NDManager.newBaseManager()) {
      ColorDataset dataset = builder(3).build();
      assertThrows(IndexOutOfBoundsException.class, () -> dataset.get(manager, 3));
    }
  }
}
