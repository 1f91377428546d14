package io.github.batchnormlab.djl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ai.djl.Device;
import ai.djl.basicdataset.tabular.TabularDataset;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.RandomSampler;
import ai.djl.util.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What DJL does wrong with datasets: why the program has datasets and samplers of its own. */
class DjlFaultsInDatasetsTest {
  private static final int SIZE = 64;

  private final NDManager manager = Engine.getEngine("PyTorch").newBaseManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  /** Why a dataset of numbers is no TabularDataset as it stands. */
  @Test
  void aTableGivesItsNumbersInFloat32() {
    RandomAccessDataset table = new Table(new Table.Builder().addNumericFeature("x"));
    NDArray x = record(table, 0);
    assertEquals(DataType.FLOAT32, x.getDataType());
    assertNotEquals(0.1, x.toType(DataType.FLOAT64, false).getDouble(0), 1e-12);
  }

  /** A table of one cell, 0.1. */
  private static final class Table extends TabularDataset {
    Table(Builder builder) {
      super(builder.noLabels().setSampling(1, false));
    }

    @Override
    public String getCell(long rowIndex, String featureName) {
      return "0.1";
    }

    @Override
    protected long availableSize() {
      return 1;
    }

    @Override
    public void prepare(Progress progress) {}

    static final class Builder extends TabularDataset.BaseBuilder<Builder> {
      @Override
      protected Builder self() {
        return this;
      }
    }
  }

  /**
   * Why a table is split by the program: the parts of an ArrayDataset, such as FashionMnist, give
   * other rows in batches than in records, so that training rows get among the test rows.
   */
  @Test
  void theBatchesOfARandomSplitAreNotRandom() throws Exception {
    NDArray numbers = manager.arange(0, SIZE, 1, DataType.FLOAT64);
    RandomAccessDataset rows =
        new ArrayDataset.Builder().setData(numbers).setSampling(SIZE, false).build();
    List<Double> inBatches = new ArrayList<>();
    List<Double> inRecords = new ArrayList<>();
    for (RandomAccessDataset part : rows.randomSplit(1, 1)) {
      for (Batch batch : part.getData(manager)) {
        for (double row : batch.getData().head().toDoubleArray()) {
          inBatches.add(row);
        }
        batch.close();
      }
      LongStream.range(0, part.size())
          .forEach(i -> inRecords.add(record(part, i).toDoubleArray()[0]));
    }
    List<Double> inOrder = LongStream.range(0, SIZE).mapToObj(row -> (double) row).toList();
    assertEquals(inOrder, inBatches);
    assertNotEquals(inOrder, inRecords);
    assertEquals(inOrder, inRecords.stream().sorted().toList());
  }

  /** Why the program shuffles itself: two rows change places always, which should be a half. */
  @Test
  void noRowStaysInItsPlaceInAShuffle() {
    RandomAccessDataset two =
        new ArrayDataset.Builder()
            .setData(manager.ones(new Shape(2)))
            .setSampling(1, false)
            .build();
    for (int i = 0; i < SIZE; i++) {
      Iterator<Long> shuffled = new RandomSampler().sample(two);
      assertArrayEquals(new long[] {1, 0}, new long[] {shuffled.next(), shuffled.next()});
    }
  }

  private NDArray record(RandomAccessDataset dataset, long index) {
    try {
      return dataset.get(manager, index).getData().head();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
