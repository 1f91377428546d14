package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.nn.Block;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.batchnormlab.export.OnnxSession;
import io.github.batchnormlab.export.Python;
import io.github.batchnormlab.model.NormalizationLayer;
import io.github.batchnormlab.nn.LayerNorm;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Settings;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From a run to a network in ONNX Runtime and PyTorch that says what {@code predict} says. */
public class ExportCommandTest {
  private static final String DATA = "src/test/resources/data/";
  private static final String SMALL =
      "--epochs 5 --hidden 6,4 --threads 1 --checkpoint-every 0 --quiet";

  /** A layer as a user would write it. */
  public static final class Own implements NormalizationLayer {
    @Override
    public Block make(int features, Settings settings) {
      return LayerNorm.builder().build();
    }
  }

  @TempDir private Path folder;

  @RegisterExtension private final Captured console = new Captured();

  private final ByteArrayOutputStream out = console.out;
  private final ByteArrayOutputStream err = console.err;

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private Path run(String... more) {
    Path run = folder.resolve("run");
    String[] all =
        Stream.of(SMALL.split(" "), more, new String[] {"--output", run.toString()})
            .flatMap(Stream::of)
            .toArray(String[]::new);
    assertEquals(0, Main.run(all), err());
    return run;
  }

  /** Exports; returns the file. */
  private Path export(Path run, String arm, String format) {
    Path file = folder.resolve(arm + "." + format);
    assertEquals(
        0,
        Main.run(
            "export",
            run.toString(),
            "--arm",
            arm,
            "--replica",
            "1",
            "--format",
            format,
            "--output",
            file.toString()),
        err());
    return file;
  }

  /** The columns of predictions that {@code predict} writes, row by row. */
  private double[] predicted(Path run, String arm, Path table) throws Exception {
    Path file = folder.resolve(arm + "-predicted.csv");
    assertEquals(
        0,
        Main.run(
            "predict",
            run.toString(),
            table.toString(),
            "--arm",
            arm,
            "--replica",
            "1",
            "--output",
            file.toString()),
        err());
    List<String> lines = Files.readAllLines(file);
    List<String> names = List.of(lines.get(0).split(",", -1));
    boolean isClasses = names.stream().anyMatch(name -> name.startsWith("probability_"));
    String prefix = isClasses ? "probability_" : "predicted_";
    int[] wanted =
        IntStream.range(0, names.size()).filter(i -> names.get(i).startsWith(prefix)).toArray();
    return lines.stream()
        .skip(1)
        .flatMapToDouble(
            line ->
                Arrays.stream(wanted).mapToDouble(i -> Double.parseDouble(line.split(",", -1)[i])))
        .toArray();
  }

  /** Makes features of a table by what the metadata says, as a reader elsewhere would. */
  private static double[] features(Path table, JsonArray columns) throws Exception {
    List<String> lines = Files.readAllLines(table);
    List<String> names = List.of(lines.get(0).split(",", -1));
    List<Double> features = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      for (JsonElement element : columns) {
        JsonObject column = element.getAsJsonObject();
        String cell = cells[names.indexOf(column.get("name").getAsString())];
        boolean isMissing = cell.isEmpty() || cell.equals("NA");
        String value = isMissing ? column.get("fill").getAsString() : cell;
        if (!column.has("categories")) {
          features.add(Double.parseDouble(value));
          continue;
        }
        for (JsonElement category : column.getAsJsonArray("categories")) {
          boolean isUnseen = column.getAsJsonArray("unseen").contains(category);
          features.add(category.getAsString().equals(value) && !isUnseen ? 1.0 : 0.0);
        }
      }
    }
    return features.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static JsonArray list(Map<String, String> metadata, String name) {
    return JsonParser.parseString(metadata.get(name)).getAsJsonArray();
  }

  /** Tables, the target, and more options. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "diabetes | target | --activation relu --batch-size 64",
        "diabetes | s1,target | --activation sigmoid --precision float32 --bias false",
        "iris | species | --activation tanh",
        "iris | species | --activation linear --standardize false --precision float32",
        "mixed | target | --activation gelu --missing median",
        "mixed | target | --activation tanh --missing median",
      })
  void allThreeSayTheSame(String name, String target, String more) throws Exception {
    Path table = Path.of(DATA + name + ".csv");
    List<String> arms = Arm.all().stream().map(Arm::id).toList();
    String options =
        more + " --replicas 2 --target " + target + " --arms " + String.join(",", arms);
    Path run = run(("--data " + table + " " + options).split(" "));
    assertAllSayTheSame(
        run, table, arms, more.contains("float32") ? 1e-5 : 1e-12, more.contains("gelu"));
  }

  @Test
  void pointsOfTheArticleToo() throws Exception {
    Path run = run("--train-size", "30", "--test-size", "10", "--replicas", "2");
    Path table =
        Files.writeString(folder.resolve("points.csv"), "r,g,b\n0.1,-0.2,0.3\n0.5,0.25,-1\n");
    assertAllSayTheSame(run, table, List.of("batch-norm", "none"), 1e-12, false);
  }

  private void assertAllSayTheSame(
      Path run, Path table, List<String> arms, double tolerance, boolean isGelu) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("src/test/python/safetensors_predictions.py"));
    List<Double> expected = new ArrayList<>();
    int columns = 0;
    for (String arm : arms) {
      double[] predicted = predicted(run, arm, table);
      Arrays.stream(predicted).forEach(expected::add);
      try (OnnxSession session = new OnnxSession(Files.readAllBytes(export(run, arm, "onnx")))) {
        Map<String, String> metadata = session.metadata();
        double[] features = features(table, list(metadata, "columns"));
        int rows = features.length / list(metadata, "features").size();
        boolean isRegression = metadata.get("task").equals("regression");
        double[] found =
            session.run(isRegression ? "predictions" : "probabilities", features, rows);
        columns = predicted.length / rows;
        boolean isSingle = isGelu || tolerance > 1e-12;
        double difference =
            OnnxSession.difference(predicted, found, isSingle ? columns : predicted.length);
        assertTrue(difference <= (isGelu ? 1e-5 : tolerance), arm + ": " + difference);
        assertEquals(isGelu, out.toString(StandardCharsets.UTF_8).contains("no float64 kernel"));
        Path csv = folder.resolve(arm + "-features.csv");
        Files.writeString(csv, table(list(metadata, "features"), features));
        arguments.add(export(run, arm, "safetensors").toString());
        arguments.add(csv.toString());
      }
    }
    if (Python.has(folder, "torch")) {
      double[] found =
          Python.run(folder, arguments).stream()
              .flatMap(line -> Arrays.stream(line.split(",")))
              .mapToDouble(Double::parseDouble)
              .toArray();
      double[] all = expected.stream().mapToDouble(Double::doubleValue).toArray();
      double difference =
          OnnxSession.difference(all, found, tolerance > 1e-12 ? columns : all.length);
      assertTrue(difference <= tolerance, "" + difference);
    }
  }

  private static String table(JsonArray names, double[] features) {
    StringBuilder text = new StringBuilder();
    text.append(
        names.asList().stream().map(JsonElement::getAsString).collect(Collectors.joining(",")));
    for (int i = 0; i < features.length; i++) {
      text.append(i % names.size() == 0 ? "\n" : ",").append(features[i]);
    }
    return text.append('\n').toString();
  }

  /**
   * Whatever columns and categories are called is text to others, and nothing that a screen obeys.
   */
  @Test
  void hostileNamesAreText() throws Exception {
    String hostile = "\u001b[31m\u202e</script>\\u0000{\"a\":1}\ud83d\ude00";
    String quoted = "\"" + hostile.replace("\"", "\"\"") + "\"";
    StringBuilder text = new StringBuilder("\"line\nbreak\"," + quoted + ",\"\"\"\u202et,\"\"\"\n");
    for (int i = 0; i < 20; i++) {
      text.append(8200 + i).append(',').append(i % 2 == 0 ? quoted : "b").append(',').append(i * i);
      text.append('\n');
    }
    Path table = Files.writeString(folder.resolve("hostile.csv"), text);
    for (String target : List.of("\"\u202et,\"", hostile)) {
      String named = "\"" + target.replace("\"", "\"\"") + "\"";
      String place = folder.resolve(Integer.toString(target.length())).toString();
      assertEquals(
          0,
          Main.run(
              Stream.of(
                      Stream.of(SMALL.split(" ")),
                      Stream.of("--data", table.toString(), "--target", named),
                      Stream.of("--arms", "none", "--replicas", "2", "--precision", "float32"),
                      Stream.of("--output", place))
                  .flatMap(all -> all)
                  .toArray(String[]::new)),
          err());
      Path network = export(Path.of(place), "none", "safetensors");
      assertNames(safetensorsMetadata(network), hostile, target);
      Path onnx = export(Path.of(place), "none", "onnx");
      try (OnnxSession session = new OnnxSession(Files.readAllBytes(onnx))) {
        assertNames(session.metadata(), hostile, target);
      }
      Files.delete(network);
      Files.delete(onnx);
      Path predicted = Path.of(place, "predicted.csv");
      assertEquals(
          0, Main.run("predict", place, table.toString(), "--output", predicted + ""), err());
      String header = ",\"predicted_" + target.replace("\"", "\"\"") + "\"";
      assertTrue(Files.readString(predicted).contains(header), header);
    }
    String printed = out.toString(StandardCharsets.UTF_8) + err();
    assertTrue(printed.contains("The feature line\\nbreak is so far from 0"), printed);
    assertFalse(printed.contains("\u001b[31m") || printed.contains("\u202e"), printed);
  }

  private static void assertNames(Map<String, String> metadata, String hostile, String target) {
    boolean isClasses = target.equals(hostile);
    List<String> features = strings(list(metadata, "features"));
    assertEquals("line\nbreak", features.get(0));
    assertEquals(!isClasses, features.contains(hostile + "=" + hostile), features.toString());
    assertEquals(List.of(target), strings(list(metadata, "targets")));
    assertEquals(isClasses ? List.of(hostile, "b") : List.of(), strings(list(metadata, "classes")));
    JsonObject column = list(metadata, "columns").get(1).getAsJsonObject();
    assertEquals(isClasses ? "\"\u202et,\"" : hostile, column.get("name").getAsString());
    assertTrue(metadata.get("settings").contains("\"target\":"), metadata.toString());
  }

  private static List<String> strings(JsonArray json) {
    return json.asList().stream().map(JsonElement::getAsString).toList();
  }

  private static Map<String, String> safetensorsMetadata(Path file) throws Exception {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[Math.toIntExact(bytes.getLong())];
    bytes.get(header);
    return JsonParser.parseString(new String(header, StandardCharsets.UTF_8))
        .getAsJsonObject()
        .getAsJsonObject("__metadata__")
        .asMap()
        .entrySet()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().getAsString()));
  }

  @Test
  void itSaysWhichNetworkAndWhere() throws Exception {
    Path run = run("--data", DATA + "iris.csv", "--target", "species", "--replicas", "2");
    out.reset();
    Path file = folder.resolve("new/network.onnx");
    assertEquals(0, Main.run("export", run + "", "--format", "onnx", "--output", file + ""), err());
    String printed = out.toString(StandardCharsets.UTF_8);
    assertTrue(
        printed.matches(
            "Exported (batch-norm|none), replica [01] \\(the arm with the lowest test loss, its"
                + " replica with the lowest test loss\\)\\.\\RNetwork: .*network\\.onnx\\R"),
        printed);
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertEquals(List.of(file), files.toList(), "and no temporary file");
    }
    try (OnnxSession session = new OnnxSession(Files.readAllBytes(file))) {
      assertEquals("[\"setosa\",\"versicolor\",\"virginica\"]", session.metadata().get("classes"));
      assertTrue(session.metadata().get("versions").contains("PyTorch"));
    }
  }

  @Test
  void whatCannotBeExportedIsRefusedInASentence() throws Exception {
    Path run =
        run(
            "--data",
            DATA + "iris.csv",
            "--target",
            "species",
            "--arms",
            "none,layer-norm,mine=" + Own.class.getName());
    Path there = Files.writeString(folder.resolve("there"), "mine");
    Path damaged = run.resolve("models/layer-norm/layer-norm-0000.params");
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length / 2]++;
    Files.write(damaged, bytes);

    String other = "a class of your own, which no other program has; choose --arm ";
    assertRefused(run, "--arm mine --format onnx", other + "none or --arm layer-norm.");
    assertRefused(run, "--arm mine --format safetensors", other + "none or --arm layer-norm.");
    assertRefused(run, "--arm layer-norm --format onnx", "its checksum is wrong");
    assertRefused(run, "--arm rms-norm --format onnx", "--arm must be one of none, layer-norm");
    assertRefused(run, "--replica 1 --format onnx", "--replica must be between 0 and 0");
    assertRefused(run, "--replica x --format onnx", "--replica must be a whole number");
    assertRefused(run, "--format pt", "--format must be onnx or safetensors, but is 'pt'");
    assertRefused(run, "", "--format");
    assertRefused(folder, "--format onnx", "run.json");
    assertRefused(folder.resolve("none"), "--format onnx", "does not exist");
    String taken = "--arm none --format onnx --output " + there;
    assertEquals(2, Main.run(("export " + run + " " + taken).split(" ")));
    assertTrue(err().contains("--output must be a new file"), err());
    assertEquals("mine", Files.readString(there));
  }

  @Test
  void aRunOfOwnLayersOnlyHasNothingToExport() throws Exception {
    Path run =
        run(
            "--data",
            DATA + "iris.csv",
            "--target",
            "species",
            "--arms",
            "mine=" + Own.class.getName());
    assertRefused(run, "--format onnx", "which no other program has.");
  }

  private void assertRefused(Path run, String options, String sentence) {
    err.reset();
    Path file = folder.resolve("refused");
    String all = ("export " + run + " --output " + file + " " + options).strip();
    assertEquals(2, Main.run(all.split(" ")), options);
    assertTrue(err().contains(sentence), err());
    assertEquals(1, err().lines().count(), err());
    assertFalse(Files.exists(file), options);
  }

  /**
   * Of a column far from 0 nothing is lost but what a float32 input cannot hold, and that is said.
   * The steps of the column are such that float32 holds them, or not.
   */
  @ParameterizedTest
  @CsvSource({
    "--precision float32, 0.0009765625, 1e-5",
    "--precision float32 --activation gelu, 0.0009765625, 1e-5",
    "--activation gelu, 0.0001, 1e-12",
    "--activation tanh, 0.0001, 1e-12",
  })
  void aColumnFarFromZeroIsAsNear(String more, double step, double tolerance) throws Exception {
    Random random = new Random(12);
    StringBuilder text = new StringBuilder("far,near,target\n");
    for (int i = 0; i < 60; i++) {
      double far = 8200 + Math.rint(5 * random.nextGaussian() / step) * step;
      double near = random.nextGaussian();
      text.append(far + "," + near + "," + (far - 8200 + near * near) + "\n");
    }
    Path table = Files.writeString(folder.resolve("far.csv"), text);
    Path run =
        run(
            ("--data "
                    + table
                    + " --target target --replicas 2 --learning-rate 0.1 --arms batch-norm,none "
                    + more)
                .split(" "));
    boolean isGelu = more.equals("--activation gelu"); // Its error function is float32.
    assertAllSayTheSame(run, table, List.of("batch-norm", "none"), tolerance, isGelu);
    String printed = out.toString(StandardCharsets.UTF_8);
    String said =
        "The feature far is so far from 0 that the float32 of the input rounds it by up to 0.0001 of";
    assertEquals(more.contains("float32"), printed.contains(said), printed);
  }

  /** The worst of several features is named. */
  @Test
  void itSaysWhatFloat32CannotTellApart() {
    Path run =
        run(
            "--data",
            DATA + "awkward.csv",
            "--target",
            "target",
            "--precision",
            "float32",
            "--ignore",
            "tiny,small,huge,nearly constant",
            "--replicas",
            "2");
    export(run, "none", "onnx");
    String printed = out.toString(StandardCharsets.UTF_8);
    assertTrue(
        printed.contains(
            "The feature large offset is so far from 0 that the float32 of the input rounds it by"
                + " more than its deviation (the most of 2 features): train with --precision"
                + " float64 if that is too much.\n"),
        printed);
  }

  @Test
  void theFileIsCalledAsItsArmAndAFailureIsSaid() throws Exception {
    Path run = run("--train-size", "20", "--test-size", "5", "--arms", "none");
    Process process =
        new ProcessBuilder(Child.command(List.of("export", run.toString(), "--format", "onnx")))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    assertEquals(0, process.waitFor(), Files.readString(folder.resolve("log")));
    assertTrue(Files.size(folder.resolve("none.onnx")) > 0);

    Path below = folder.resolve("log/none.onnx");
    assertEquals(
        1, Main.run("export", run + "", "--format", "onnx", "--output", below + ""), err());
    assertTrue(err().contains("none.onnx could not be written ("), err());
  }

  /** Numbers of the table that float32 cannot hold. */
  @Test
  void aScaleBeyondFloat32IsRefused() throws Exception {
    Path run =
        run(
            "--data",
            DATA + "awkward.csv",
            "--target",
            "target",
            "--precision",
            "float32",
            "--arms",
            "none");
    assertRefused(run, "--format onnx", "float32, which does not reach to");
  }
}
