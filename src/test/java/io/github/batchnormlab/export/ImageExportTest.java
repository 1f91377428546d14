package io.github.batchnormlab.export;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.batchnormlab.data.Source;
import io.github.batchnormlab.data.TinyImages;
import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.model.TrainedNetwork;
import io.github.batchnormlab.run.Checkpoints;
import io.github.batchnormlab.run.RunFolder;
import io.github.batchnormlab.run.Study;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Convolutional networks in ONNX Runtime and in PyTorch predict what they predict here. */
class ImageExportTest {
  private static final int IMAGES = 12;

  @TempDir private Path folder;

  /** Of 0 to 255, image by image. */
  private double[] pixels;

  /** An exported network with what it is to say. */
  private record Case(String name, boolean isExact, double[] expected, Path onnx, Path tensors) {}

  private final List<Case> cases = new ArrayList<>();

  @BeforeEach
  void train() throws Exception {
    Path images = TinyImages.write(folder.resolve("images"), 40, IMAGES);
    for (String precision : List.of("float64", "float32")) {
      Map<String, String> texts = new LinkedHashMap<>();
      texts.put("data", images.toString());
      texts.put("conv", "3x2,4x2");
      texts.put("hidden", "7,5");
      texts.put("bias", Boolean.toString(precision.equals("float64")));
      texts.put("activation", precision.equals("float64") ? "sigmoid" : "relu");
      texts.put("precision", precision);
      texts.put("batch-size", "8");
      texts.put("epochs", "3");
      texts.put("threads", "1");
      texts.put("epsilon", "1e-3");
      texts.put(
          "arms", Arrays.stream(Arms.values()).map(Arms::id).collect(Collectors.joining(",")));
      export(Settings.parse(texts), folder.resolve(precision));
    }
  }

  private void export(Settings settings, Path run) throws Exception {
    try (RunFolder into = RunFolder.create(run);
        Source source = Source.open(settings);
        NDManager manager = NDManager.newBaseManager();
        NDArray x = source.rows(0).test().featuresOn(manager, DataType.FLOAT64)) {
      Study.run(settings, into, Checkpoints.none(), "", StudyListener.NONE);
      double[] shades = x.toDoubleArray();
      pixels = Arrays.stream(shades).map(shade -> Math.rint(255 * shade)).toArray();
      for (Arms arm : Arms.values()) {
        Path own = run.resolve("models").resolve(arm.id());
        try (TrainedNetwork network = TrainedNetwork.load(own)) {
          Path onnx = own.resolve("network.onnx");
          Path tensors = own.resolve("network.safetensors");
          Files.write(onnx, OnnxExport.of(network, RandomNetwork.VERSIONS).content());
          Files.write(tensors, SafetensorsExport.of(network, RandomNetwork.VERSIONS).content());
          String precision = settings.fit().precision().id();
          cases.add(
              new Case(
                  arm + " " + precision,
                  precision.equals("float64"),
                  network.predict(shades, IMAGES),
                  onnx,
                  tensors));
        }
      }
    }
  }

  private static void assertSame(Case of, double[] found) {
    double difference = OnnxSession.difference(of.expected, found, of.isExact ? found.length : 1);
    assertTrue(difference <= (of.isExact ? 1e-12 : 1e-5), of.name + ": " + difference);
  }

  @Test
  void predictionsInOnnxRuntimeAreTheSame() throws Exception {
    for (Case of : cases) {
      try (OnnxSession session = new OnnxSession(Files.readAllBytes(of.onnx))) {
        assertSame(of, session.run("probabilities", pixels, IMAGES));
      }
    }
  }

  @Test
  void onnxItselfFindsNothingWrong() throws Exception {
    Python.need(folder, "onnx");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-c",
                "import onnx, sys\n"
                    + "for name in sys.argv[1:]:"
                    + " onnx.checker.check_model(onnx.load(name), full_check=True)"));
    cases.forEach(of -> arguments.add(of.onnx.toString()));
    Python.run(folder, arguments);
  }

  @Test
  void predictionsInPyTorchAreTheSame() throws Exception {
    Python.need(folder, "torch");
    Path rows = folder.resolve("rows.csv");
    Files.writeString(rows, table());
    List<String> arguments = new ArrayList<>(List.of("src/test/python/safetensors_predictions.py"));
    for (Case of : cases) {
      arguments.addAll(List.of(of.tensors.toString(), rows.toString()));
    }
    List<String> printed = Python.run(folder, arguments);
    for (int i = 0; i < cases.size(); i++) {
      double[] found =
          printed.subList(i * IMAGES, (i + 1) * IMAGES).stream()
              .flatMap(line -> Arrays.stream(line.split(",")))
              .mapToDouble(Double::parseDouble)
              .toArray();
      assertSame(cases.get(i), found);
    }
  }

  private String table() throws Exception {
    int width = pixels.length / IMAGES;
    StringBuilder text = new StringBuilder();
    try (TrainedNetwork any = TrainedNetwork.load(folder.resolve("float64/models/none"))) {
      text.append(
          any.preprocessing().features().stream()
              .map(name -> '"' + name + '"')
              .collect(Collectors.joining(",", "", "\n")));
    }
    for (int i = 0; i < IMAGES; i++) {
      text.append(
          Arrays.stream(pixels, i * width, (i + 1) * width)
              .mapToObj(Double::toString)
              .collect(Collectors.joining(",", "", "\n")));
    }
    return text.toString();
  }
}
