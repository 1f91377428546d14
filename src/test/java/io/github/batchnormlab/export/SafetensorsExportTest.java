package io.github.batchnormlab.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.batchnormlab.model.TrainedNetwork;
import io.github.batchnormlab.study.Precision;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Task;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The format by its definition, and what PyTorch makes of it. */
class SafetensorsExportTest {
  private static final int ROWS = 7;

  @TempDir private Path folder;

  /** One start of Python for all networks: it takes longer than they do. */
  @Test
  void predictionsInPyTorchAreTheSame() throws Exception {
    Python.need(folder, "torch");
    List<Settings> networks = Networks.all();
    List<String> arguments = new ArrayList<>(List.of("src/test/python/safetensors_predictions.py"));
    List<double[]> expected = new ArrayList<>();
    for (int i = 0; i < networks.size(); i++) {
      Task task = Task.values()[i / 2 % 2];
      boolean standardize = networks.get(i).table().standardize();
      double[] rows = RandomNetwork.rows(ROWS, standardize);
      Path own = folder.resolve(Integer.toString(i));
      try (TrainedNetwork network = RandomNetwork.make(networks.get(i), task, own)) {
        expected.add(RandomNetwork.predict(network, rows, ROWS));
        byte[] file = SafetensorsExport.of(network, RandomNetwork.VERSIONS).content();
        arguments.add(Files.write(own.resolve("network.safetensors"), file).toString());
        arguments.add(table(own, network.preprocessing().features(), rows).toString());
      }
    }
    List<String> printed = Python.run(folder, arguments);
    for (int i = 0; i < networks.size(); i++) {
      double[] found =
          printed.subList(i * ROWS, (i + 1) * ROWS).stream()
              .flatMap(line -> Arrays.stream(line.split(",")))
              .mapToDouble(Double::parseDouble)
              .toArray();
      boolean isExact = networks.get(i).fit().precision() == Precision.FLOAT64;
      double difference =
          OnnxSession.difference(expected.get(i), found, isExact ? found.length : 1);
      assertTrue(difference <= (isExact ? 1e-12 : 1e-5), networks.get(i) + ": " + difference);
    }
  }

  /** It is for people to read, and says how little there is to it. */
  @Test
  void theReaderHasThirtyLinesOfCode() throws Exception {
    String reader = Files.readString(Path.of("src/test/python/safetensors_reader.py"));
    String code = reader.substring(reader.indexOf("\"\"\"", 3) + 3);
    assertTrue(code.lines().filter(line -> !line.isBlank()).count() <= 30, code);
    assertTrue(reader.lines().allMatch(line -> line.length() <= 100), reader);
  }

  private static Path table(Path folder, List<String> names, double[] rows) throws Exception {
    StringBuilder text = new StringBuilder();
    text.append(
        names.stream()
            .map(name -> "\"" + name.replace("\"", "\"\"") + "\"")
            .collect(Collectors.joining(",", "", "\n")));
    for (int at = 0; at < rows.length; at += names.size()) {
      text.append(
          DoubleStream.of(Arrays.copyOfRange(rows, at, at + names.size()))
              .mapToObj(Double::toString)
              .collect(Collectors.joining(",", "", "\n")));
    }
    return Files.writeString(folder.resolve("rows.csv"), text);
  }

  private static JsonObject header(byte[] file) {
    int length = Math.toIntExact(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong());
    assertEquals(0, length % 8);
    String json = new String(file, 8, length, StandardCharsets.UTF_8);
    assertTrue(json.startsWith("{") && json.stripTrailing().endsWith("}"), json);
    return JsonParser.parseString(json).getAsJsonObject();
  }

  /** Names and shapes are those of the state_dict; bytes follow each other without a gap. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none | 0.weight[4, 6] 0.bias[4] 2.weight[5, 4] 2.bias[5] 4.weight[2, 5] 4.bias[2]",
        "rms-norm | 0.weight[4, 6] 0.bias[4] 1.weight[4] 3.weight[5, 4] 3.bias[5] 4.weight[5]"
            + " 6.weight[2, 5] 6.bias[2]",
        "layer-norm | 0.weight[4, 6] 0.bias[4] 1.weight[4] 1.bias[4] 3.weight[5, 4] 3.bias[5]"
            + " 4.weight[5] 4.bias[5] 6.weight[2, 5] 6.bias[2]",
        "batch-norm | 0.weight[4, 6] 0.bias[4] 1.weight[4] 1.bias[4] 1.running_mean[4]"
            + " 1.running_var[4] 3.weight[5, 4] 3.bias[5] 4.weight[5] 4.bias[5]"
            + " 4.running_mean[5] 4.running_var[5] 6.weight[2, 5] 6.bias[2]",
      })
  void tensorsAreThoseOfPyTorch(String arm, String tensors) throws Exception {
    for (String precision : List.of("float64", "float32")) {
      byte[] file = file(arm, precision);
      JsonObject header = header(file);
      List<String> own = new ArrayList<>();
      long end = 0;
      for (Map.Entry<String, JsonElement> entry : header.entrySet()) {
        if (entry.getKey().equals("__metadata__")) {
          continue;
        }
        JsonObject facts = entry.getValue().getAsJsonObject();
        boolean isOfNetwork = Character.isDigit(entry.getKey().charAt(0));
        boolean isExact = !isOfNetwork || precision.equals("float64");
        assertEquals(isExact ? "F64" : "F32", facts.get("dtype").getAsString());
        JsonArray shape = facts.getAsJsonArray("shape");
        long values =
            IntStream.range(0, shape.size())
                .mapToLong(i -> shape.get(i).getAsLong())
                .reduce(1, Math::multiplyExact);
        JsonArray offsets = facts.getAsJsonArray("data_offsets");
        assertEquals(end, offsets.get(0).getAsLong());
        end += values * (isExact ? Double.BYTES : Float.BYTES);
        assertEquals(end, offsets.get(1).getAsLong());
        if (isOfNetwork) {
          own.add(entry.getKey() + shape.toString().replace(",", ", "));
        }
      }
      assertEquals(tensors, String.join(" ", own));
      long length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
      assertEquals(file.length, Long.BYTES + length + end);
    }
  }

  private byte[] file(String arm, String precision) throws Exception {
    Settings settings =
        Settings.parse(
            Map.of(
                "data", "some.csv",
                "target", "some",
                "arms", arm,
                "precision", precision,
                "hidden", "4,5"));
    Path own = folder.resolve(arm + precision);
    try (TrainedNetwork network = RandomNetwork.make(settings, Task.REGRESSION, own)) {
      return SafetensorsExport.of(network, RandomNetwork.VERSIONS).content();
    }
  }

  @Test
  void metadataSaysWhatTheNetworkIs() throws Exception {
    JsonObject metadata = header(file("batch-norm", "float64")).getAsJsonObject("__metadata__");
    metadata.asMap().values().forEach(v -> assertTrue(v.getAsJsonPrimitive().isString(), "" + v));
    assertEquals("batch-norm", metadata.get("arm").getAsString());
    assertEquals("3", metadata.get("replica").getAsString());
    assertEquals("regression", metadata.get("task").getAsString());
    assertEquals(
        "[[\"Linear\",6,4,true],[\"BatchNorm1d\",4,1.0E-6],[\"Tanh\"],"
            + "[\"Linear\",4,5,true],[\"BatchNorm1d\",5,1.0E-6],[\"Tanh\"],[\"Linear\",5,2,true]]",
        metadata.get("modules").getAsString());
    JsonArray features =
        JsonParser.parseString(metadata.get("features").getAsString()).getAsJsonArray();
    assertEquals(
        List.of(
            "first", "colour=blue", "colour=red", "colour=violet", "colour=\"new\nline\"", "last"),
        features.asList().stream().map(JsonElement::getAsString).toList());
    JsonArray columns =
        JsonParser.parseString(metadata.get("columns").getAsString()).getAsJsonArray();
    JsonObject colour = columns.get(1).getAsJsonObject();
    assertEquals("violet", colour.getAsJsonArray("unseen").get(0).getAsString());
    assertFalse(colour.has("fill"));
    JsonObject settings =
        JsonParser.parseString(metadata.get("settings").getAsString()).getAsJsonObject();
    assertEquals("4,5", settings.get("hidden").getAsString());
  }
}
