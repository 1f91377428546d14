package io.github.batchnormlab.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Record;
import ai.djl.translate.Pipeline;
import ai.djl.translate.Transform;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TableDatasetTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Two features and one target: 0.1 i and 10 i. */
  private static Table table(int rows) {
    return new Table(
        List.of("a", "b"),
        List.of("c"),
        IntStream.range(0, 2 * rows).mapToDouble(i -> 0.1 * i).toArray(),
        IntStream.range(0, rows).mapToDouble(i -> 10 * i).toArray());
  }

  private static TableDataset.Builder builder(int rows) {
    return TableDataset.builder().setTable(table(rows)).setSampling(4, false);
  }

  @Test
  void aRecordIsARow() {
    Record record = builder(10).build().get(manager, 7);
    assertArrayEquals(
        new double[] {0.1 * 14, 0.1 * 15}, record.getData().singletonOrThrow().toDoubleArray());
    assertArrayEquals(new double[] {70}, record.getLabels().singletonOrThrow().toDoubleArray());
  }

  @Test
  void batchesHoldTheSameRowsAsTheWhole() throws Exception {
    TableDataset dataset = builder(10).build();
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
    assertEquals(new Shape(10, 2), dataset.features(manager).getShape());
    assertEquals(new Shape(10, 1), dataset.targets(manager).getShape());
    assertArrayEquals(
        dataset.features(manager).toDoubleArray(),
        fromBatches.stream().mapToDouble(Double::doubleValue).toArray());
  }

  @Test
  void pipelinesTransformDataAndLabels() throws Exception {
    Transform doubled = array -> array.mul(2);
    Transform negated = NDArray::neg;
    TableDataset dataset =
        builder(4)
            .optPipeline(new Pipeline(doubled))
            .optTargetPipeline(new Pipeline(negated))
            .build();
    Batch batch = dataset.getData(manager).iterator().next();
    assertArrayEquals(
        dataset.features(manager).mul(2).toDoubleArray(),
        batch.getData().singletonOrThrow().toDoubleArray());
    assertArrayEquals(
        dataset.targets(manager).neg().toDoubleArray(),
        batch.getLabels().singletonOrThrow().toDoubleArray());
  }

  @Test
  void float32RowsAreTheFloat64RowsRounded() {
    NDArray exact = builder(5).build().features(manager);
    NDArray rounded = builder(5).optDataType(DataType.FLOAT32).build().features(manager);
    assertArrayEquals(exact.toType(DataType.FLOAT32, false).toFloatArray(), rounded.toFloatArray());
  }

  @Test
  void refusesWhatMakesNoDataset() {
    assertThrows(
        IllegalArgumentException.class, () -> TableDataset.builder().setSampling(1, false).build());
    assertThrows(
        IllegalArgumentException.class, () -> builder(3).optDataType(DataType.INT32).build());
    TableDataset dataset = builder(3).build();
    assertThrows(IndexOutOfBoundsException.class, () -> dataset.get(manager, 3));
  }

  @Test
  void refusesWhatMakesNoTable() {
    double[] four = new double[4];
    assertThrows(
        IllegalArgumentException.class, () -> new Table(List.of(), List.of("c"), four, four));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Table(List.of("a", "b"), List.of("c"), four, four));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Table(List.of("a", "b", "d"), List.of("c"), four, four));
  }
}
