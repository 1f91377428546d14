package io.github.batchnormlab.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.batchnormlab.data.Source;
import io.github.batchnormlab.data.TinyImages;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.model.TrainedNetwork;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Diagnostic;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import io.github.batchnormlab.study.StudyResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageStudyTest {
  private static final String ALL_ARMS =
      Arrays.stream(Arms.values()).map(Arm::id).collect(Collectors.joining(","));

  @TempDir private Path folder;
  private Path images;

  @BeforeEach
  void write() throws Exception {
    images = TinyImages.write(folder.resolve("images"), 90, 40);
  }

  private Settings settings(String... more) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("data", images.toString());
    texts.put("conv", "3x2,4x2");
    texts.put("hidden", "7,5");
    texts.put("batch-size", "16");
    texts.put("epochs", "6");
    texts.put("learning-rate", "0.01");
    texts.put("threads", "1");
    for (int i = 0; i < more.length; i += 2) {
      texts.put(more[i], more[i + 1]);
    }
    return Settings.parse(texts);
  }

  @ParameterizedTest
  @EnumSource(Arms.class)
  void everyArmLearns(Arm arm) throws Exception {
    Settings settings = settings("arms", arm.id(), "epochs", "40", "batch-size", "8");
    ArmResult result = Study.run(settings).arms().get(0);
    Metric accuracy = new Metric(Metric.Kind.ACCURACY, "label");
    double last = result.metrics().get(accuracy)[0][39];
    assertTrue(last > 0.9, arm + ": " + last);
  }

  /** Of 20,000 images; no machine has so much memory. */
  @ParameterizedTest
  @CsvSource({
    "10000x2, 1, 5000, conv", // maps of 640,000 values each
    "'10000x2,10000x2', 1, 2, conv", // kernels of 4e8 weights
    "10000x2, 150000, 2, conv", // which hand over 160,000 values to 150,000 units
    "3x2, '150000,150000', 2, hidden",
    "3000x2, 1, 19000, batch-size",
    "3000x2, 1, full, train-size"
  })
  void tooMuchMemoryIsRefusedByTheSettingThatTakesIt(
      String conv, String hidden, String batchSize, String setting) throws Exception {
    TinyImages.write(images, 20_000, 10);
    Settings settings = settings("conv", conv, "hidden", hidden, "batch-size", batchSize);
    SettingException error = assertThrows(SettingException.class, () -> Study.run(settings));
    assertTrue(
        error.getMessage().startsWith("--" + setting + " must be smaller here"),
        error.getMessage());
  }

  @Test
  void aFullBatchAndNoConvolutionAreStudiesToo() throws Exception {
    StudyResult full = Study.run(settings("arms", ALL_ARMS, "batch-size", "full"));
    assertEquals(7, full.arms().size());
    StudyResult perceptron = Study.run(settings("conv", "none", "arms", ALL_ARMS));
    assertTrue(perceptron.arms().stream().allMatch(arm -> Double.isFinite(arm.finalTestLoss(0))));
  }

  @Test
  void aReplicaIsTheRunOfItsSeed() throws Exception {
    StudyResult three = Study.run(settings("arms", ALL_ARMS, "replicas", "3", "seed", "4"));
    for (int replica = 0; replica < 3; replica++) {
      StudyResult one =
          Study.run(settings("arms", ALL_ARMS, "seed", Integer.toString(4 + replica)));
      for (int arm = 0; arm < one.arms().size(); arm++) {
        assertArrayEquals(
            one.arms().get(arm).testLoss()[0], three.arms().get(arm).testLoss()[replica]);
      }
    }
    assertNotEquals(three.arms().get(0).testLoss()[0][0], three.arms().get(0).testLoss()[1][0]);
  }

  @Test
  void float32FollowsFloat64() throws Exception {
    Settings exact = settings("arms", ALL_ARMS);
    List<ArmResult> one = Study.run(exact).arms();
    List<ArmResult> other = Study.run(exact.with("precision", "float32")).arms();
    for (int i = 0; i < one.size(); i++) {
      assertArrayEquals(one.get(i).trainLoss()[0], other.get(i).trainLoss()[0], 1e-3);
      assertNotEquals(one.get(i).trainLoss()[0][5], other.get(i).trainLoss()[0][5]);
    }
  }

  private static StudyListener stopAfter(int epochs) {
    AtomicInteger left = new AtomicInteger(epochs);
    return new StudyListener() {
      @Override
      public void epochEnded(Arm arm, Replicas replicas, int epoch, double train, double test) {
        left.decrementAndGet();
      }

      @Override
      public boolean isStopping() {
        return left.get() <= 0;
      }
    };
  }

  private static void write(RunFolder into, StudyResult result) throws Exception {
    into.writeLosses(result);
    into.writeMetrics(result);
    into.writeDiagnostics(result);
    into.writeRun(result);
  }

  @ParameterizedTest
  @ValueSource(strings = {"adam", "sgd"})
  void whatGoesOnEqualsWhatWasNeverInterrupted(String optimizer) throws Exception {
    Settings settings = settings("arms", ALL_ARMS, "replicas", "2", "optimizer", optimizer);
    Path whole = folder.resolve("whole");
    try (RunFolder into = RunFolder.create(whole)) {
      write(into, Study.run(settings, into, Checkpoints.none(), "", StudyListener.NONE));
    }
    Path run = folder.resolve("run");
    try (RunFolder into = RunFolder.create(run)) {
      Checkpoints often = Checkpoints.in(into.checkpoints(), Cadence.parse("1h"));
      Study.run(settings, into, often, "", stopAfter(9));
    }
    try (RunFolder into = RunFolder.open(run)) {
      Checkpoints saved = Checkpoints.read(into.checkpoints(), Cadence.parse("1h"));
      write(into, Study.run(saved.saved(), into, saved, "", StudyListener.NONE));
    }
    for (String name : List.of("losses.csv", "metrics.csv", "diagnostics.csv")) {
      assertEquals(-1, Files.mismatch(whole.resolve(name), run.resolve(name)), name);
    }
    try (Stream<Path> files = Files.walk(whole.resolve("models"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertEquals(-1, Files.mismatch(file, run.resolve(whole.relativize(file))));
      }
    }
  }

  /** The folder holds all that is needed: its predictions give the last test loss again. */
  @Test
  void aSavedModelGivesTheLastTestLoss() throws Exception {
    Settings settings = settings("arms", ALL_ARMS);
    try (RunFolder into = RunFolder.create(folder.resolve("run"))) {
      StudyResult result = Study.run(settings, into, Checkpoints.none(), "", StudyListener.NONE);
      try (Source source = Source.open(settings);
          NDManager manager = NDManager.newBaseManager();
          NDArray x = source.rows(0).test().featuresOn(manager, DataType.FLOAT64)) {
        double[] y = source.rows(0).test().y();
        for (ArmResult arm : result.arms()) {
          Path model = folder.resolve("run/models").resolve(arm.arm().id());
          try (TrainedNetwork network = TrainedNetwork.load(model)) {
            double[] logs = network.logProbabilities(Values.of(x), y.length);
            double sum = 0;
            for (int i = 0; i < y.length; i++) {
              sum -= logs[i * TinyImages.CLASSES + (int) y[i]];
            }
            assertEquals(arm.finalTestLoss(0), sum / y.length, 1e-12, arm.arm().id());
          }
        }
      }
    }
  }

  /** Two convolutions, two hidden layers and the output: five layers, counted from the input. */
  @Test
  void looksInsideSeeEveryLayer() throws Exception {
    StudyResult result = Study.run(settings("arms", ALL_ARMS));
    for (Arm arm : Arms.values()) {
      List<String> keys =
          result.diagnostics().stream()
              .filter(row -> row.arm().equals(arm) && row.epoch() == 0)
              .filter(row -> row.quantity() == Diagnostic.Quantity.GRADIENT_NORM)
              .map(Diagnostic::key)
              .toList();
      for (int layer = 1; layer <= 5; layer++) {
        assertTrue(keys.contains("weight" + layer), arm + ": " + keys);
        assertEquals(layer < 5, keys.contains("z@" + layer), arm + ": " + keys);
        assertEquals(layer < 5 && arm.normalizes(), keys.contains("scale" + layer));
      }
    }
    assertTrue(result.diagnostics().stream().allMatch(row -> Double.isFinite(row.value())));
  }

  @Test
  void anImageThatIsTooSmallIsNamed() {
    SettingException error =
        assertThrows(SettingException.class, () -> Study.run(settings("conv", "3x4,4x3")));
    assertEquals(
        "--conv must leave something of the image (layer 2 needs at least 4 pixels each way, and"
            + " has 3 x 3 of 3 channels), but is '3x4,4x3'.",
        error.getMessage());
  }
}
