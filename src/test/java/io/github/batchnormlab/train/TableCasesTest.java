package io.github.batchnormlab.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.loss.Loss;
import io.github.batchnormlab.TableCase;
import io.github.batchnormlab.engine.Autograd;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.model.InitialWeights;
import io.github.batchnormlab.model.Network;
import io.github.batchnormlab.model.Piece;
import io.github.batchnormlab.model.Sizes;
import io.github.batchnormlab.nn.SoftmaxCrossEntropy;
import io.github.batchnormlab.nn.SumOfSquaredErrors;
import io.github.batchnormlab.study.Activation;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Init;
import io.github.batchnormlab.study.Layers;
import io.github.batchnormlab.study.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.random.MersenneTwister;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks, losses, weights and Adam, put together by the rules for tables, against PyTorch's
 * losses. What the program does with files and settings has no part in it: reading, splitting and
 * scaling are written out here.
 */
class TableCasesTest {
  private static int threadsBefore;

  /** Arrays this small are slower on several threads, above all where the machine is busy. */
  @BeforeAll
  static void useOneThread() {
    Values.pytorch();
    threadsBefore = JniUtils.getNumThreads();
    JniUtils.setNumThreads(1);
  }

  @AfterAll
  static void useTheThreadsThatThereWere() {
    JniUtils.setNumThreads(threadsBefore);
  }

  static Stream<TableCase> cases() {
    return TableCase.all().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossesArePyTorchs(TableCase of) throws Exception {
    var byHand = new ByHand(of);
    byHand.train();
    assertAgree(of.column("train_loss"), byHand.trainLoss);
    assertAgree(of.column("test_loss"), byHand.testLoss);
  }

  private static void assertAgree(double[] expected, double[] found) {
    assertEquals(expected.length, found.length);
    for (int epoch = 0; epoch < expected.length; epoch++) {
      assertEquals(1, found[epoch] / expected[epoch], 1e-11, "epoch " + epoch);
    }
  }

  /** A training of a case. */
  private static final class ByHand {
    final TableCase of;
    final MersenneTwister random = new MersenneTwister();
    final int[] train;
    final int[] test;
    final List<double[]> x;
    final List<double[]> y;
    final Network network;
    final Loss loss;
    final double[] trainLoss;
    final double[] testLoss;

    ByHand(TableCase of) throws IOException {
      this.of = of;
      trainLoss = new double[of.number("epochs")];
      testLoss = new double[trainLoss.length];
      List<String[]> lines;
      try (Stream<String> all = Files.lines(Path.of("src/test/resources/data", of.text("data")))) {
        lines = all.map(line -> line.split(",")).toList();
      }
      random.setSeed(of.number("seed"));
      int rows = lines.size() - 1;
      int[] order = permutation(rows);
      int testSize = (int) Math.ceil(0.2 * rows);
      test = Arrays.copyOf(order, testSize);
      train = Arrays.copyOfRange(order, testSize, rows);
      List<String> names = List.of(lines.get(0));
      x =
          names.stream()
              .filter(name -> !of.targets().contains(name))
              .map(name -> scaled(numbers(lines, names.indexOf(name))))
              .toList();
      y =
          of.classes() == null
              ? of.targets().stream()
                  .map(name -> scaled(numbers(lines, names.indexOf(name))))
                  .toList()
              : List.of(
                  column(lines, names.indexOf(of.targets().get(0)))
                      .mapToDouble(of.classes()::indexOf)
                      .toArray());
      loss = of.classes() == null ? new SumOfSquaredErrors() : new SoftmaxCrossEntropy();
      int outputs = of.classes() == null ? y.size() : of.classes().size();
      Sizes sizes = new Sizes(x.size(), new Layers(of.numbers("hidden")), outputs);
      Arm arm = Arm.find(of.text("arm")).orElseThrow();
      Activation activation = Activation.valueOf(constant("activation"));
      network = Network.create(arm, sizes, Settings.defaults().net(), activation, 1);
      if (arm == Arms.BATCH_NORM || arm == Arms.BATCH_NORM_POPULATION) {
        for (int layer = 1; layer <= sizes.hidden().count(); layer++) {
          network.parameters().get("bias" + layer).freeze(true);
        }
      }
      Init init = Init.valueOf(constant("init"));
      InitialWeights.draw(of.number("seed"), sizes, true, init).into(network);
    }

    String constant(String fact) {
      return of.text(fact).toUpperCase(Locale.ROOT);
    }

    Stream<String> column(List<String[]> lines, int index) {
      return lines.stream().skip(1).map(line -> line[index]);
    }

    double[] numbers(List<String[]> lines, int index) {
      return column(lines, index).mapToDouble(Double::parseDouble).toArray();
    }

    /** By the training rows' mean and population deviation. */
    double[] scaled(double[] values) {
      if (!of.facts().get("standardize").getAsBoolean()) {
        return values;
      }
      double mean = Arrays.stream(train).mapToDouble(i -> values[i]).average().orElseThrow();
      double variance =
          Arrays.stream(train).mapToDouble(i -> Math.pow(values[i] - mean, 2)).sum() / train.length;
      return Arrays.stream(values).map(v -> (v - mean) / Math.sqrt(variance)).toArray();
    }

    /** NumPy's: from the last place on, each is swapped with one up to it, drawn by rejection. */
    int[] permutation(int n) {
      int[] order = IntStream.range(0, n).toArray();
      for (int i = n - 1; i > 0; i--) {
        int mask = (Integer.highestOneBit(i) << 1) - 1;
        int j = random.nextInt() & mask;
        while (j > i) {
          j = random.nextInt() & mask;
        }
        int swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
      }
      return order;
    }

    void train() {
      Autograd.off();
      try (Model model = Model.newInstance(of.name(), Device.cpu(), "PyTorch")) {
        model.setBlock(network.block());
        model.setDataType(DataType.FLOAT64);
        double rate = of.facts().get("learning-rate").getAsDouble();
        Adam adam = Adam.create(rate, model.getNDManager());
        try (ExactTrainer trainer = new ExactTrainer(model, network, loss, adam, Device.cpu())) {
          trainer.initialize(network.inputShape(train.length));
          for (int epoch = 0; epoch < trainLoss.length; epoch++) {
            trainLoss[epoch] = epoch(trainer) / train.length;
            testLoss[epoch] = evaluate(trainer) / test.length;
          }
        }
      }
    }

    /** The sum of the rows' losses as they are trained. */
    double epoch(ExactTrainer trainer) {
      int size = train.length;
      int[] order = train;
      if (!of.text("batch-size").equals("full")) {
        size = of.number("batch-size");
        order = Arrays.stream(permutation(train.length)).map(i -> train[i]).toArray();
      }
      double sum = 0;
      int to;
      for (int from = 0; from < order.length; from = to) {
        boolean isOneLeft = from + size == order.length - 1;
        to = isOneLeft ? order.length : Math.min(from + size, order.length);
        sum += step(trainer, Arrays.copyOfRange(order, from, to));
      }
      return sum;
    }

    double step(ExactTrainer trainer, int[] rows) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        Piece piece = piece(trainer.getManager(), rows, true);
        NDArray sum;
        try (Autograd gradients = new Autograd()) {
          sum = loss.evaluate(piece.y(), new NDList(trainer.forward(piece)));
          gradients.backward(sum, sum.stopGradient().onesLike().div(rows.length));
        }
        trainer.step();
        return sum.sum().getDouble();
      }
    }

    double evaluate(ExactTrainer trainer) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        Piece piece = piece(trainer.getManager(), test, false);
        return loss.evaluate(piece.y(), new NDList(trainer.evaluate(piece))).sum().getDouble();
      }
    }

    Piece piece(NDManager manager, int[] rows, boolean training) {
      return network
          .batch(array(manager, x, rows), array(manager, y, rows), training)
          .pieces()
          .get(0);
    }

    static NDArray array(NDManager manager, List<double[]> columns, int[] rows) {
      double[] values = new double[rows.length * columns.size()];
      Arrays.setAll(values, i -> columns.get(i % columns.size())[rows[i / columns.size()]]);
      return manager.create(values, new Shape(1, rows.length, columns.size()));
    }
  }
}
