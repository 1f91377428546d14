package io.github.batchnormlab.bench;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import io.github.batchnormlab.data.ColorPoints;
import io.github.batchnormlab.data.Split;
import io.github.batchnormlab.data.Table;
import io.github.batchnormlab.data.TableDataset;
import io.github.batchnormlab.study.Settings;
import java.io.IOException;

/**
 * Trains the study's network as DJL's books and examples do: a dataset that gives a record at a
 * time, DJL's own blocks, loss, optimizer and trainer, and {@code EasyTrain} for the epochs.
 *
 * <p>In float32: DJL's trainer cannot do float64.
 */
public final class DjlByTheBook {
  private static final int HIDDEN = 300;
  private static final int OUTPUTS = 3;
  private static final int TRAIN = 1_000;

  private DjlByTheBook() {}

  /**
   * Prints the milliseconds for an epoch of both arms, one after the other.
   *
   * @param args epochs, and epochs before them to warm up
   */
  public static void main(String[] args) throws IOException, TranslateException {
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
    int epochs = Integer.parseInt(args[0]);
    int warmUp = Integer.parseInt(args[1]);
    System.out.println(millis(true, epochs, warmUp) + millis(false, epochs, warmUp));
  }

  private static double millis(boolean withBatchNorm, int epochs, int warmUp)
      throws IOException, TranslateException {
    Split points = ColorPoints.draw(0, Settings.defaults().data());
    TableDataset train = dataset(points.train());
    TableDataset test = dataset(points.test());
    try (Model model = Model.newInstance("book", "PyTorch")) {
      model.setBlock(network(withBatchNorm));
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(Loss.l2Loss())
              .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.001f)).build());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(TRAIN, 3));
        EasyTrain.fit(trainer, warmUp, train, test);
        long start = System.nanoTime();
        EasyTrain.fit(trainer, epochs, train, test);
        return (System.nanoTime() - start) / 1e6 / epochs;
      }
    }
  }

  private static TableDataset dataset(Table table) {
    return TableDataset.builder()
        .setTable(table)
        .setSampling(table.rows(), false)
        .optDataType(DataType.FLOAT32)
        .build();
  }

  private static SequentialBlock network(boolean withBatchNorm) {
    SequentialBlock network = new SequentialBlock();
    network.add(Linear.builder().setUnits(HIDDEN).build());
    if (withBatchNorm) {
      network.add(BatchNorm.builder().optMomentum(0.9f).optEpsilon(1e-6f).build());
    }
    network.add(Activation::tanh);
    return network.add(Linear.builder().setUnits(OUTPUTS).build());
  }
}
