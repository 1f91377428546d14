package io.github.batchnormlab.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.model.Batch;
import io.github.batchnormlab.model.Network;
import io.github.batchnormlab.model.Piece;
import io.github.batchnormlab.nn.SummedLoss;
import io.github.batchnormlab.study.BatchSize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Passes over rows that are on the training's device. */
final class DevicePasses implements Passes {
  /** Names the number stream of a replica in a state. */
  private static final String NUMBERS = "numbers.";

  private final DeviceData data;
  private final Network network;
  private final ExactTrainer trainer;
  private final Objective objective;
  private final SummedLoss loss;
  private final int replicas;
  private final int trainRows;
  private final int testRows;

  /** All training rows in their order, or null if each epoch has an order of its own. */
  private final Batch train;

  /** The batches of each epoch, or null if all rows are one. */
  private final Batches batches;

  private final Batch test;

  /** Measures the test rows, or is null without a table. */
  private final Scores scores;

  DevicePasses(
      DeviceData data,
      BatchSize size,
      Network network,
      ExactTrainer trainer,
      Objective objective,
      Scores scores,
      Batch test) {
    this.data = data;
    this.network = network;
    this.trainer = trainer;
    this.objective = objective;
    this.scores = scores;
    loss = objective.loss();
    replicas = data.replicas().size();
    trainRows = data.trainRows();
    testRows = data.testRows();
    train = size.isFull() ? network.batch(data.trainX(), data.trainY(), true) : null;
    batches =
        size.isFull()
            ? null
            : new Batches(
                trainRows,
                size,
                data.replicas().stream()
                    .map(DeviceData.Replica::numbersFromHere)
                    .collect(Collectors.toCollection(ArrayList::new)));
    this.test = test;
  }

  @Override
  public int trainRows() {
    return trainRows;
  }

  @Override
  public int testRows() {
    return testRows;
  }

  @Override
  public double[] train() {
    return train == null ? shuffledEpoch() : step(train, trainRows);
  }

  /** A step on each batch of an epoch. */
  private double[] shuffledEpoch() {
    double[] error = new double[replicas];
    batches.next();
    for (List<int[]> part : batches.parts(data.trainX())) {
      int from = part.get(0)[0];
      int to = part.get(part.size() - 1)[1];
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDArray x = batches.shuffled(data.trainX(), from, to);
        NDArray y = batches.shuffled(data.trainY(), from, to);
        for (int[] cut : part) {
          try (NDScope ofBatch = new NDScope()) {
            ofBatch.suppressNotUsedWarning();
            NDIndex rows = new NDIndex().addAllDim().addSliceDim(cut[0] - from, cut[1] - from);
            Batch batch = network.batch(x.get(rows), y.get(rows), true);
            addTo(error, step(batch, cut[1] - cut[0]));
          }
        }
      }
    }
    return error;
  }

  /** One step on a batch: forward, loss and backward, then the optimizer. */
  private double[] step(Batch batch, int rows) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      double[] error = trainer.differentiate(batch, loss, objective.factor(rows));
      trainer.step();
      return error;
    }
  }

  @Override
  public Evaluation test(boolean goesOn) {
    double[] error = new double[replicas];
    double[] sums = Evaluation.NOTHING;
    for (Piece piece : test.pieces()) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDArray predictions = trainer.evaluate(piece);
        addTo(error, Values.of(loss.evaluate(piece.y(), new NDList(predictions))));
        if (scores != null) {
          double[] terms = Values.of(scores.sums(piece.y().head(), predictions));
          sums = sums.length == 0 ? new double[terms.length] : sums;
          addTo(sums, terms);
        }
      }
    }
    return new Evaluation(error, sums);
  }

  private static void addTo(double[] sums, double[] terms) {
    Arrays.setAll(sums, i -> sums[i] + terms[i]);
  }

  @Override
  public int[][] confusion(int classes) {
    int[][] counts = new int[classes][classes];
    for (Piece piece : test.pieces()) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        BlockConfusion.count(piece.y().head(), trainer.evaluate(piece), counts);
      }
    }
    return counts;
  }

  @Override
  public void save(Map<String, double[]> values) {
    for (int i = 0; batches != null && i < replicas; i++) {
      values.put(NUMBERS + i, batches.state(i));
    }
  }

  @Override
  public void restore(Map<String, double[]> values) {
    for (int i = 0; batches != null && i < replicas; i++) {
      double[] numbers = values.remove(NUMBERS + i);
      if (numbers == null) {
        throw new IllegalArgumentException("The state lacks the numbers of replica " + i);
      }
      batches.restore(i, numbers);
    }
  }
}
