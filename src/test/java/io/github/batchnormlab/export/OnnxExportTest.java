package io.github.batchnormlab.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.onnxruntime.OnnxJavaType;
import io.github.batchnormlab.model.TrainedNetwork;
import io.github.batchnormlab.study.Activation;
import io.github.batchnormlab.study.Precision;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What ONNX Runtime makes of an exported network is what the program makes of it. */
class OnnxExportTest {
  @TempDir private Path folder;

  static List<Settings> networks() {
    return Networks.all();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void predictionsAreTheSame(Settings settings) throws Exception {
    for (Task task : Task.values()) {
      try (TrainedNetwork network =
          RandomNetwork.make(settings, task, folder.resolve(task.toString()))) {
        assertSame(network, task);
      }
    }
  }

  private static void assertSame(TrainedNetwork network, Task task) throws Exception {
    Settings settings = network.settings();
    boolean isGelu = settings.net().activation() == Activation.GELU;
    boolean isWide = settings.fit().precision() == Precision.FLOAT64;
    boolean isSingle = isGelu || !isWide;
    Exported exported = OnnxExport.of(network, RandomNetwork.VERSIONS);
    assertEquals(isGelu && isWide ? 1 : 0, exported.remarks().size());
    try (OnnxSession session = new OnnxSession(exported.content())) {
      assertEquals(isWide ? OnnxJavaType.DOUBLE : OnnxJavaType.FLOAT, session.type());
      String output = task == Task.REGRESSION ? "predictions" : "probabilities";
      for (int count : new int[] {1, 7}) {
        double[] rows = RandomNetwork.rows(count, settings.table().standardize());
        double[] expected = RandomNetwork.predict(network, rows, count);
        double[] found = session.run(output, rows, count);
        double difference = OnnxSession.difference(expected, found, isSingle ? 1 : expected.length);
        assertTrue(difference <= (isSingle ? 1e-5 : 1e-12), settings + ": " + difference);
        double[] unseen = RandomNetwork.withUnseen(rows);
        assertArrayEquals(found, session.run(output, unseen, count));
        if (task == Task.CLASSIFICATION) {
          assertArrayEquals(largest(found, count), session.run("class", rows, count));
        }
      }
    }
  }

  /** DJL's engine takes the numbers of the first output from there too. */
  @ParameterizedTest
  @EnumSource(Task.class)
  void theOnnxRuntimeEngineOfDjlSaysTheSame(Task task) throws Exception {
    Settings settings = Networks.all().get(0);
    double[] rows = RandomNetwork.rows(7, settings.table().standardize());
    try (TrainedNetwork network = RandomNetwork.make(settings, task, folder.resolve("own"))) {
      byte[] model = OnnxExport.of(network, RandomNetwork.VERSIONS).content();
      Path file = Files.write(folder.resolve("network.onnx"), model);
      Criteria<NDList, NDList> criteria =
          Criteria.builder()
              .setTypes(NDList.class, NDList.class)
              .optModelPath(file)
              .optEngine("OnnxRuntime")
              .build();
      try (ZooModel<NDList, NDList> loaded = criteria.loadModel();
          Predictor<NDList, NDList> predictor = loaded.newPredictor();
          NDManager manager = loaded.getNDManager().newSubManager()) {
        NDArray x = manager.create(rows, new Shape(7, rows.length / 7));
        double[] found = predictor.predict(new NDList(x)).get(0).toDoubleArray();
        double[] expected = RandomNetwork.predict(network, rows, 7);
        assertTrue(OnnxSession.difference(expected, found) <= 1e-12);
      }
    }
    assertEquals("PyTorch", Engine.getInstance().getEngineName());
  }

  /** One start of Python for all files. */
  @Test
  void theCheckerOfOnnxFindsNothing() throws Exception {
    Python.need(folder, "onnx");
    String check =
        "import onnx, sys\n"
            + "for name in sys.argv[1:]: onnx.checker.check_model(onnx.load(name), full_check=True)";
    List<String> arguments = new ArrayList<>(List.of("-c", check));
    for (Settings settings : Networks.all()) {
      Task task = Task.values()[arguments.size() / 2 % 2];
      Path own = folder.resolve(Integer.toString(arguments.size()));
      try (TrainedNetwork network = RandomNetwork.make(settings, task, own)) {
        byte[] model = OnnxExport.of(network, RandomNetwork.VERSIONS).content();
        arguments.add(Files.write(own.resolve("network.onnx"), model).toString());
      }
    }
    assertEquals(List.of(), Python.run(folder, arguments));
  }

  private static double[] largest(double[] probabilities, int rows) {
    int classes = probabilities.length / rows;
    double[] largest = new double[rows];
    for (int i = 0; i < probabilities.length; i++) {
      int row = i / classes;
      boolean isLarger = probabilities[i] > probabilities[row * classes + (int) largest[row]];
      largest[row] = isLarger ? i % classes : largest[row];
    }
    return largest;
  }
}
