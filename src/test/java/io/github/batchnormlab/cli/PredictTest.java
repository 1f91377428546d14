package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.github.batchnormlab.ReadmeCode;
import io.github.batchnormlab.model.Prediction;
import io.github.batchnormlab.model.RowTranslator;
import io.github.batchnormlab.report.Numbers;
import io.github.batchnormlab.study.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trained networks predict the rows of a file. */
class PredictTest {
  private static final Path DATA = Path.of("src/test/resources/data").toAbsolutePath();

  /** Runs of a regression, a classification and the points, and runs that are damaged. */
  @TempDir private static Path folder;

  @RegisterExtension private final Captured console = new Captured();

  private final ByteArrayOutputStream out = console.out;
  private final ByteArrayOutputStream err = console.err;

  @BeforeAll
  static void train() throws Exception {
    PrintStream real = System.out;
    System.setOut(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
    try {
      String small = " --hidden 8,6 --epochs 30 --threads 1 --quiet --output ";
      String all = " --arms batch-norm,layer-norm,rms-norm,none,djl-batch-norm";
      run("--data " + DATA + "/diabetes.csv --target target,bmi" + all + small + "regression");
      run(
          "--data "
              + DATA
              + "/iris.csv --target species --replicas 2 --batch-size 16"
              + all
              + small
              + "classes");
      run("--epochs 3 --hidden 5 --quiet --output points");
      run("--epochs 3 --hidden 5 --seed 1 --quiet --output seed");
      run("--epochs 2 --hidden 5 --quiet --output epochs");
      Files.writeString(
          folder.resolve("mixed.csv"),
          "a;b;y\n" + "1;red;3\n2;blue;4\n0;red;1\n5;green;9\n".repeat(5));
      run(
          "--data "
              + folder
              + "/mixed.csv --delimiter ; --missing median --target y --arms none"
              + small
              + "mixed");
      Files.createDirectories(folder.resolve("else"));
      Files.writeString(
          folder.resolve("else/mixed.csv"),
          Files.readString(folder.resolve("mixed.csv")).replaceFirst("3", "2"));
      run(
          "--data "
              + folder
              + "/else/mixed.csv --delimiter ; --missing median --target y --arms none"
              + small
              + "table");
    } finally {
      System.setOut(real);
    }
    Files.writeString(folder.resolve("ok.csv"), "b,r,g\n1,2,3\n");
    Files.writeString(folder.resolve("again.csv"), "b,r,g, predicted_y\n1,2,3,4\n");
    Files.writeString(
        folder.resolve("again-iris.csv"),
        Files.readString(DATA.resolve("iris.csv"))
            .replaceFirst("species", "probability_virginica"));
    for (String name : List.of("noparams", "badparams", "badmodel", "otherwidth", "oldmodel")) {
      copy("points", name);
    }
    Files.delete(folder.resolve("noparams/models/none/none-0000.params"));
    Path params = folder.resolve("badparams/models/none/none-0000.params");
    byte[] bytes = Files.readAllBytes(params);
    bytes[bytes.length / 2]++;
    Files.write(params, bytes);
    Files.writeString(folder.resolve("badmodel/models/none/model.json"), sealed("{\"format\": 2"));
    Path model = folder.resolve("otherwidth/models/none/model.json");
    String text = Files.readString(model);
    String open = withoutSum(text);
    Files.writeString(model, sealed(open.replace("\"inputs\": 3", "\"inputs\": 4")));
    Files.writeString(
        folder.resolve("oldmodel/models/none/model.json"),
        open.replace("format\": 2", "format\": 1"));
  }

  private static String withoutSum(String description) {
    return description.substring(0, description.lastIndexOf(",\n  \"sha256\""));
  }

  /** The end of a description: the sum of all before its digits. */
  private static String sealed(String open) {
    String head = open + ",\n  \"sha256\": \"";
    return head + Sha256.of(head.getBytes(StandardCharsets.UTF_8)) + "\"\n}\n";
  }

  private static void run(String arguments) {
    String[] args = arguments.split(" ");
    args[args.length - 1] = folder.resolve(args[args.length - 1]).toString();
    assertEquals(0, Main.run(args));
  }

  private static void copy(String from, String to) throws IOException {
    copy(from, folder.resolve(to));
  }

  private static void copy(String from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(from))) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(folder.resolve(from).relativize(file)));
      }
    }
  }

  @AfterEach
  void restore() throws Exception {
    Files.deleteIfExists(folder.resolve("out.csv"));
  }

  private List<String> predicted(String arguments) throws Exception {
    List<String> args =
        new ArrayList<>(
            List.of(("predict " + arguments).replace("FOLDER", folder.toString()).split(" ")));
    args.addAll(List.of("--output", folder.resolve("out.csv").toString()));
    assertEquals(
        0, Main.run(args.toArray(String[]::new)), () -> err.toString(StandardCharsets.UTF_8));
    return Files.readAllLines(folder.resolve("out.csv"));
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The error on the run's own rows is near that of its training. */
  @ParameterizedTest
  @ValueSource(strings = {"batch-norm", "layer-norm", "rms-norm", "none", "djl-batch-norm"})
  void everyArmPredictsInTheUnitsOfTheFile(String arm) throws Exception {
    List<String> lines = predicted("FOLDER/regression " + DATA + "/diabetes.csv --arm " + arm);
    List<String> names = Arrays.asList(lines.get(0).split(","));
    assertEquals("predicted_target", names.get(names.size() - 2));
    assertEquals("predicted_bmi", names.get(names.size() - 1));
    assertEquals(443, lines.size());
    int target = names.indexOf("target");
    double squares = 0;
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",");
      double error =
          Double.parseDouble(cells[target]) - Double.parseDouble(cells[names.size() - 2]);
      squares += error * error;
    }
    double rmse = Math.sqrt(squares / 442);
    assertTrue(rmse < 77, arm + " " + rmse); // The deviation of the target is 77.
    assertTrue(said().contains("RMSE of target: " + String.format("%.2f", rmse)), said());
  }

  @Test
  void aClassHasAProbabilityForEach() throws Exception {
    List<String> lines = predicted("FOLDER/classes " + DATA + "/iris.csv");
    assertTrue(
        lines
            .get(0)
            .endsWith(
                ",predicted_species,probability_setosa,probability_versicolor,probability_virginica"),
        lines.get(0));
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",");
      double[] each = {
        Double.parseDouble(cells[6]), Double.parseDouble(cells[7]), Double.parseDouble(cells[8])
      };
      assertEquals(1, each[0] + each[1] + each[2], 1e-12);
      int best = List.of("setosa", "versicolor", "virginica").indexOf(cells[5]);
      assertEquals(Arrays.stream(each).max().orElseThrow(), each[best]);
    }
    assertTrue(said().contains("accuracy of species: "), said());
    assertTrue(said().contains("the arm with the lowest test loss, its replica"), said());
  }

  /**
   * Columns are found by name, others stay, and more rows than go through at once keep their order.
   */
  @Test
  void rowsKeepTheirOrderAndTheirOtherCells() throws Exception {
    StringBuilder rows = new StringBuilder("note,b,g,r\n");
    for (int i = 0; i < 3_000; i++) {
      rows.append("\"n, ").append(i).append("\",0.5,").append(i / 3_000.0).append(",-0.5\n");
    }
    Files.writeString(folder.resolve("points.csv"), rows);
    List<String> lines = predicted("FOLDER/points FOLDER/points.csv --arm none");
    assertEquals("note,b,g,r,predicted_x,predicted_y,predicted_lv", lines.get(0));
    assertEquals(3_001, lines.size());
    List<String> again = new ArrayList<>();
    for (int i : new int[] {0, 1_023, 1_024, 2_999}) {
      assertTrue(lines.get(i + 1).startsWith("\"n, " + i + "\",0.5,"), lines.get(i + 1));
      again.add(lines.get(i + 1));
    }
    Files.delete(folder.resolve("out.csv"));
    Files.writeString(
        folder.resolve("few.csv"),
        "note,b,g,r\n"
            + String.join(
                "\n", again.stream().map(line -> line.replaceFirst(",-0\\.5,.*", ",-0.5")).toList())
            + "\n");
    List<String> few = predicted("FOLDER/points FOLDER/few.csv --arm none");
    for (int i = 0; i < again.size(); i++) {
      String[] one = again.get(i).split(",");
      String[] other = few.get(i + 1).split(",");
      for (int j = 5; j < 8; j++) {
        assertEquals(Double.parseDouble(one[j]), Double.parseDouble(other[j]), 1e-12);
      }
    }
  }

  /** Also blanks, quotes that are not needed, and such as are no quotes. */
  @Test
  void cellsStayAsTheyStandInTheFile() throws Exception {
    String table =
        " note , b,\"g\",r,\"\"\"more\"\"\"\n"
            + "  lead, 0.5,1,-0.5,trail \t\n"
            + "\" both \",0.5 ,\"1\",\" -0.5\",\"\"\n"
            + "it's,\t0.5,+1.0,-.5e0,a\"b\"\n"
            + "\"a, \"\"b\"\"\nc\",0.5,1,-0.5,\"\u00a0\"\n"
            + "=1+1,0.5,1,-0.5,\u00a0\n";
    Files.writeString(folder.resolve("cells.csv"), table);
    predicted("FOLDER/points FOLDER/cells.csv --arm none");
    assertEquals(
        table,
        Files.readString(folder.resolve("out.csv"))
            .replace(",predicted_x,predicted_y,predicted_lv", "")
            .replaceAll("(?m)(,-?[\\d.E-]+){3}$", ""));
  }

  @Test
  void aCategoryThatTrainingDidNotHaveIsAWarningAndMissingValuesAreFilledIn() throws Exception {
    Files.writeString(folder.resolve("new.csv"), "b;a\nviolet;1\n;?\n");
    List<String> lines = predicted("FOLDER/mixed FOLDER/new.csv");
    assertEquals("b;a;predicted_y", lines.get(0));
    assertEquals(3, lines.size());
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("'violet'"), err::toString);
  }

  /** The accuracy would else be taken for that of all rows. */
  @Test
  void rowsThatTheErrorsAreNotOfAreCounted(@TempDir Path place) throws Exception {
    String iris = Files.readString(DATA.resolve("iris.csv"));
    List<String> lines = new ArrayList<>(iris.lines().toList());
    for (int i = 1; i <= 9; i++) {
      lines.set(i, lines.get(i).replace("setosa", i <= 6 ? "pallida" : ""));
    }
    Files.write(place.resolve("new.csv"), lines);
    predicted("FOLDER/classes " + place.resolve("new.csv") + " --arm none --replica 0");
    List<String> right =
        Files.readAllLines(folder.resolve("out.csv")).stream()
            .skip(1)
            .filter(line -> line.split(",")[4].equals(line.split(",")[5]))
            .toList();
    assertTrue(
        said().contains("accuracy of species: " + Numbers.significant(right.size() / 141.0)),
        said());
    assertTrue(
        said()
            .contains(
                "141 of 150 rows count for species; 3 have no value, 6 have a class that no training"
                    + " row has.\n"),
        said());
    assertTrue(
        err.toString(StandardCharsets.UTF_8)
            .contains("new.csv, column 'species': 6 rows have a class that no training row has"),
        err::toString);
    Files.delete(folder.resolve("out.csv"));
    predicted("FOLDER/classes " + DATA + "/iris.csv --arm none --replica 0");
    assertEquals(1, Pattern.compile("rows count").matcher(said()).results().count(), said());
  }

  /** Wherever the file is now, and whatever it is called. */
  @Test
  void whoPredictsTheTableOfTheRunIsTold(@TempDir Path place) throws Exception {
    Path moved = Files.copy(DATA.resolve("diabetes.csv"), place.resolve("moved.csv"));
    predicted("FOLDER/regression " + moved + " --arm none");
    String sentence =
        "moved.csv is the table of the run: 353 of its 442 rows were trained on, so this says"
            + " little of new rows.\n";
    assertTrue(said().contains(sentence), said());
    console.out.reset();
    Files.delete(folder.resolve("out.csv"));
    Files.writeString(moved, Files.readString(moved).replaceFirst("\n[^\n]*\n", "\n"));
    predicted("FOLDER/regression " + moved + " --arm none");
    assertTrue(said().contains("RMSE of target: "), said());
    assertFalse(said().contains("of the run"), said());
  }

  /** Each target of a regression has rows of its own. */
  @Test
  void aMissingTargetIsNoError(@TempDir Path place) throws Exception {
    String diabetes = Files.readString(DATA.resolve("diabetes.csv"));
    List<String> lines = new ArrayList<>(diabetes.lines().toList());
    assertTrue(lines.get(0).endsWith(",target"));
    lines.set(1, lines.get(1).replaceFirst("[^,]*$", "NA"));
    Files.write(place.resolve("new.csv"), lines);
    predicted("FOLDER/regression " + place.resolve("new.csv") + " --arm none");
    assertTrue(said().contains("441 of 442 rows count for target; 1 has no value.\n"), said());
    assertFalse(said().contains("count for bmi"), said());
  }

  /** Trains one layer on the diabetes or iris table, whatever comes of it. */
  private static Path trained(Path place, String options) {
    Path run = place.resolve("run");
    String[] study =
        ("--arms none --hidden 8 --epochs 3 --quiet " + options + " --output " + run).split(" ");
    assertTrue(List.of(0, 1).contains(Main.run(study)), "1 says that no training came to its end");
    return run;
  }

  /** Its parameters may still be finite. */
  @Test
  void aTrainingThatStoppedIsAWarning(@TempDir Path place) throws Exception {
    Path run =
        trained(place, "--data " + DATA + "/diabetes.csv --target target --learning-rate 1e300");
    predicted(run + " " + DATA + "/diabetes.csv");
    String warning =
        "Warning: The training of none, replica 0, stopped at epoch 0, because its loss was not"
            + " finite: its predictions are worth nothing.\n";
    assertTrue(err.toString(StandardCharsets.UTF_8).contains(warning), err::toString);
    String[] export = {
      "export", run.toString(), "--format", "onnx", "--output", place.resolve("n.onnx").toString()
    };
    err.reset();
    assertEquals(0, Main.run(export), err::toString);
    assertEquals(warning, err.toString(StandardCharsets.UTF_8));
    err.reset();
    Files.delete(folder.resolve("out.csv"));
    predicted("FOLDER/points FOLDER/ok.csv");
    assertEquals("", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void parametersThatAreNotFiniteAreRefused(@TempDir Path place) {
    Path run =
        trained(
            place,
            "--data "
                + DATA
                + "/diabetes.csv --target target --precision float32 --learning-rate 1e39");
    for (String command : List.of("predict RUN TABLE", "export RUN --format safetensors")) {
      err.reset();
      Path output = place.resolve("output");
      List<String> args =
          new ArrayList<>(
              List.of(
                  command
                      .replace("RUN", run.toString())
                      .replace("TABLE", DATA + "/diabetes.csv")
                      .split(" ")));
      args.addAll(List.of("--output", output.toString()));
      assertEquals(2, Main.run(args.toArray(String[]::new)));
      assertEquals(
          args.get(0)
              + ": "
              + run.resolve("models/none")
              + " holds a network that predicts nothing, as its parameters are not finite.\n",
          err.toString(StandardCharsets.UTF_8));
      assertFalse(Files.exists(output));
    }
  }

  /** The first row is one that such a network can tell. */
  @Test
  void predictionsThatAreNotFiniteAreCounted(@TempDir Path place) throws Exception {
    String asItIs = " --activation relu --init normal --standardize false";
    Path numbers = trained(place, "--data " + DATA + "/diabetes.csv --target target" + asItIs);
    List<String> lines = Files.readAllLines(DATA.resolve("diabetes.csv"));
    Path table = place.resolve("huge.csv");
    Files.write(
        table,
        List.of(
            lines.get(0),
            lines.get(1),
            lines.get(2).replaceAll("[^,]+", "1.7e308"),
            lines.get(3).replaceAll("[^,]+", "-1.7e308")));
    List<String> rows = predicted(numbers + " " + table);
    assertTrue(rows.get(1).matches(".*,-?\\d+\\.\\d+"), rows.get(1));
    String said = err.toString(StandardCharsets.UTF_8);
    assertEquals("Warning: 2 rows have a prediction that is not finite.\n", said);
    Files.delete(folder.resolve("out.csv"));
    err.reset();

    Path classes =
        trained(place.resolve("c"), "--data " + DATA + "/iris.csv --target species" + asItIs);
    List<String> iris = Files.readAllLines(DATA.resolve("iris.csv"));
    Files.write(table, List.of(iris.get(0), iris.get(1), "1.7e308,1.7e308,1.7e308,1.7e308,setosa"));
    rows = predicted(classes + " " + table);
    assertTrue(rows.get(2).endsWith(",setosa,,NaN,NaN,NaN"), rows.get(2));
    assertEquals(
        "Warning: 1 row has a prediction that is not finite.\n",
        err.toString(StandardCharsets.UTF_8));
    boolean isFirstRight = rows.get(1).contains(",setosa,setosa,");
    assertTrue(
        said().contains("accuracy of species: " + (isFirstRight ? "0.5000" : "0\n")), said());
    Map<String, String> row = new HashMap<>();
    for (String name : iris.get(0).split(",")) {
      row.put(name, "1.7e308");
    }
    try (var model = RowTranslator.criteria(classes.resolve("models/none")).loadModel();
        var predictor = model.newPredictor()) {
      assertEquals(Optional.empty(), predictor.predict(row).label());
    }
  }

  /** DJL's own way to load and to predict gives the same. */
  @Test
  void theFolderIsAModelOfDjls() throws Exception {
    String[] row =
        predicted("FOLDER/classes " + DATA + "/iris.csv --arm none --replica 1").get(77).split(",");
    String[] names = Files.readAllLines(DATA.resolve("iris.csv")).get(0).split(",");
    Map<String, String> cells = new HashMap<>();
    for (int i = 0; i < names.length; i++) {
      cells.put(names[i], row[i]);
    }
    try (var model = RowTranslator.criteria(folder.resolve("classes/models/none/1")).loadModel();
        var predictor = model.newPredictor()) {
      Prediction prediction = predictor.predict(cells);
      assertEquals(row[5], prediction.label().orElseThrow());
      assertEquals(Double.parseDouble(row[7]), prediction.values().get("versicolor"), 1e-14);
    }
    try (var model = RowTranslator.criteria(folder.resolve("mixed/models/none")).loadModel();
        var predictor = model.newPredictor()) {
      List<Prediction> both =
          predictor.batchPredict(List.of(Map.of("a", "1", "b", "red"), Map.of("b", "violet")));
      assertEquals(2, both.size());
      assertNotEquals(both.get(0).values().get("y"), both.get(1).values().get("y"));
    }
  }

  /** Of the lines in the README nothing is another but the folder of the run. */
  @Test
  void threeLinesOfJavaPredict(@TempDir Path classes) throws Exception {
    String block = ReadmeCode.block("predictor");
    String own = block.replace("runs/2026-11-24_09-30-00", folder.resolve("points").toString());
    assertNotEquals(block, own);
    List<String> lines = own.lines().filter(line -> !line.isBlank()).toList();
    List<String> statements = lines.stream().filter(line -> !line.startsWith("import ")).toList();
    assertEquals(3, statements.size());
    String source =
        String.join("\n", lines.subList(0, lines.size() - 3))
            + "\npublic class Lines { public static Object run() throws Exception {\n"
            + String.join("\n", statements)
            + "\ntry (network; predictor) { return prediction; } } }\n";
    var prediction =
        (Prediction) ReadmeCode.compile("Lines", source, classes).getMethod("run").invoke(null);
    Files.writeString(folder.resolve("one.csv"), "r,g,b\n0.1,-0.2,0.3\n");
    String[] row = predicted("FOLDER/points FOLDER/one.csv --arm none").get(1).split(",");
    assertEquals(List.of("x", "y", "lv"), List.copyOf(prediction.values().keySet()));
    assertEquals(Double.parseDouble(row[3]), prediction.values().get("x"), 1e-14);
    assertEquals(Double.parseDouble(row[5]), prediction.values().get("lv"), 1e-14);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FOLDER/nowhere FOLDER/ok.csv | FOLDER/nowhere does not exist",
        "FOLDER/ok.csv FOLDER/ok.csv | is not a folder",
        "FOLDER/points FOLDER/no.csv | no.csv does not exist",
        "FOLDER/points FOLDER/ok.csv --arm layer-norm | --arm must be one of batch-norm, none",
        "FOLDER/points FOLDER/ok.csv --replica 1 | --replica must be between 0 and 0",
        "FOLDER/points FOLDER/ok.csv --replica x | 'x'",
        "FOLDER/points FOLDER/ok.csv --delimiter : | --delimiter",
        "FOLDER/classes FOLDER/ok.csv | ok.csv lacks the column 'sepal length (cm)'",
        "FOLDER/points FOLDER/mixed.csv | mixed.csv lacks the column",
        "FOLDER/points FOLDER/again.csv | again.csv, column 'predicted_y': the predictions would",
        "FOLDER/classes FOLDER/again-iris.csv | column 'probability_virginica': the predictions",
        "FOLDER/noparams FOLDER/ok.csv --arm none | lacks none-0000.params",
        "FOLDER/badparams FOLDER/ok.csv --arm none | its checksum is wrong",
        "FOLDER/badmodel FOLDER/ok.csv --arm none | describes no network",
        "FOLDER/otherwidth FOLDER/ok.csv --arm none | does not fit its columns",
        "FOLDER/oldmodel FOLDER/ok.csv --arm none | by an older BatchNorm Lab: resume its run, or",
      })
  void isRefusedAndNothingIsWritten(String arguments, String part) {
    List<String> args =
        new ArrayList<>(
            List.of(("predict " + arguments).replace("FOLDER", folder.toString()).split(" ")));
    args.addAll(List.of("--output", folder.resolve("out.csv").toString()));
    assertEquals(2, Main.run(args.toArray(String[]::new)), err::toString);
    String said = err.toString(StandardCharsets.UTF_8);
    assertEquals(1, said.lines().count(), said);
    assertTrue(said.contains(part.replace("FOLDER", folder.toString())), said);
    assertFalse(Files.exists(folder.resolve("out.csv")));
  }

  @Test
  void aBadCellInTheMiddleLeavesNothing() throws Exception {
    Files.writeString(folder.resolve("bad.csv"), "r,g,b\n" + "1,2,3\n".repeat(2_000) + "1,x,3\n");
    assertEquals(
        2,
        Main.run(
            "predict",
            folder.resolve("points").toString(),
            folder.resolve("bad.csv").toString(),
            "--output",
            folder.resolve("out.csv").toString()));
    assertTrue(
        err.toString(StandardCharsets.UTF_8).contains("bad.csv, line 2002, column 'g': 'x'"),
        err::toString);
    assertFalse(Files.exists(folder.resolve("out.csv")));
    try (Stream<Path> files = Files.list(folder)) {
      assertTrue(files.noneMatch(file -> file.toString().endsWith(".new")));
    }
  }

  @Test
  void aNameThatEndsWithGzIsThatOfACompressedFile(@TempDir Path place) throws Exception {
    List<String> plain = predicted("FOLDER/points FOLDER/ok.csv");
    Path packed = place.resolve("out.csv.GZ");
    String[] predict = {
      "predict",
      folder.resolve("points").toString(),
      folder.resolve("ok.csv").toString(),
      "--output",
      packed.toString()
    };
    assertEquals(0, Main.run(predict), err::toString);
    try (var in = new GZIPInputStream(Files.newInputStream(packed))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(plain, text.lines().toList());
    }
    predict[2] = packed.toString();
    predict[4] = place.resolve("twice.csv").toString();
    assertEquals(2, Main.run(predict)); // It was read, and has predictions.
    assertTrue(
        err.toString(StandardCharsets.UTF_8).contains("out.csv.GZ, column 'predicted_x'"),
        err::toString);
  }

  @Test
  void aFileThatIsThereStays() throws Exception {
    Files.writeString(folder.resolve("out.csv"), "mine");
    assertEquals(
        2,
        Main.run(
            "predict",
            folder.resolve("points").toString(),
            folder.resolve("ok.csv").toString(),
            "--output",
            folder.resolve("out.csv").toString()));
    assertEquals("mine", Files.readString(folder.resolve("out.csv")));
  }

  /** A category is what it is with its blanks, in a file and in Java. */
  @Test
  void blanksAreAPartOfACategory(@TempDir Path place) throws Exception {
    StringBuilder rows = new StringBuilder("c,y\n");
    for (int i = 0; i < 20; i++) {
      rows.append(i % 2 == 0 ? "\" lead\",1" : "lead,-1").append('\n');
    }
    Path table = Files.writeString(place.resolve("blanks.csv"), rows);
    String[] study =
        ("--data "
                + table
                + " --target y --arms none --hidden 4 --epochs 20 --quiet --output "
                + place.resolve("run"))
            .split(" ");
    assertEquals(0, Main.run(study), err::toString);
    List<String> lines = new ArrayList<>();
    Path predicted = place.resolve("new/folder/predicted.csv");
    String[] predict = {
      "predict", place.resolve("run").toString(), table.toString(), "--output", predicted.toString()
    };
    assertEquals(0, Main.run(predict), err::toString);
    lines.addAll(Files.readAllLines(predicted));
    try (var model = RowTranslator.criteria(place.resolve("run/models/none")).loadModel();
        var predictor = model.newPredictor()) {
      for (int i = 0; i < 2; i++) {
        String line = lines.get(i + 1);
        double said = Double.parseDouble(line.substring(line.lastIndexOf(',') + 1));
        Map<String, String> row = Map.of("c", i == 0 ? " lead" : "lead");
        assertEquals(said, predictor.predict(row).values().get("y"), 1e-14);
      }
    }
    assertEquals(2, Main.run(predict)); // It is there by now.
    assertEquals(lines, Files.readAllLines(predicted));
  }

  /** Whatever a spreadsheet would make of it, and with the blanks that quotes keep. */
  @Test
  void aClassIsWrittenAsItStandsInTheTable(@TempDir Path place) throws Exception {
    List<String> classes = List.of("=x", "+1+1", "-a", "@b", "'=x", " d", "plain");
    StringBuilder rows = new StringBuilder("f,c\n");
    for (int i = 0; i < 10 * classes.size(); i++) {
      String name = classes.get(i % classes.size());
      rows.append('f').append(i % classes.size()).append(",\"").append(name).append("\"\n");
    }
    Path table = Files.writeString(place.resolve("odd.csv"), rows);
    String[] study =
        ("--data "
                + table
                + " --target c --arms none --hidden 8 --epochs 200 --learning-rate 0.05 --quiet"
                + " --output "
                + place.resolve("run"))
            .split(" ");
    assertEquals(0, Main.run(study), err::toString);
    Path predicted = place.resolve("predicted.csv");
    String[] predict = {
      "predict", place.resolve("run").toString(), table.toString(), "--output", predicted.toString()
    };
    assertEquals(0, Main.run(predict), err::toString);
    try (CsvReader<NamedCsvRecord> found = CsvReader.builder().ofNamedCsvRecord(predicted)) {
      int row = 0;
      for (NamedCsvRecord record : found) {
        String name = classes.get(row % classes.size());
        assertEquals(name, record.getField("c"));
        assertEquals(name, record.getField("predicted_c"));
        assertTrue(Double.parseDouble(record.getField("probability_" + name)) > 0.5, name);
        row++;
      }
      assertEquals(10 * classes.size(), row);
    }
  }

  /** Neither a file nor the folders that were made for it. */
  @Test
  void aRefusedPredictionLeavesNoFolder(@TempDir Path place) throws Exception {
    Files.writeString(folder.resolve("worse.csv"), "r,g,b\n1,2,x\n");
    String[] predict = {
      "predict",
      folder.resolve("points").toString(),
      folder.resolve("worse.csv").toString(),
      "--output",
      place.resolve("new/folder/predicted.csv").toString()
    };
    assertEquals(2, Main.run(predict), err::toString);
    assertFalse(Files.exists(place.resolve("new")));
  }

  /** A layer of the user's own whose class has gone. */
  @Test
  void aClassThatIsNotThereIsNamedWithoutAnOption(@TempDir Path place) throws Exception {
    String there = "mine=io.github.batchnormlab.run.OwnArmTest$Rows";
    Path run = place.resolve("run");
    String[] study =
        ("--epochs 2 --hidden 5 --quiet --arms " + there + " --output " + run).split(" ");
    assertEquals(0, Main.run(study), err::toString);
    for (String name : List.of("run.json", "models/mine/model.json")) {
      Path file = run.resolve(name);
      String text = Files.readString(file);
      assertTrue(text.contains(there), text);
      String gone = text.replace(there, "mine=com.example.Gone");
      Files.writeString(file, name.equals("run.json") ? gone : sealed(withoutSum(gone)));
    }
    String[] predict = {
      "predict",
      run.toString(),
      folder.resolve("ok.csv").toString(),
      "--output",
      folder.resolve("out.csv").toString()
    };
    assertEquals(2, Main.run(predict));
    assertEquals(
        "predict: "
            + run.resolve("models/mine")
            + " is of the arm mine=com.example.Gone, which must name a class on the class path,"
            + " such as one in src/main/java.\n",
        err.toString(StandardCharsets.UTF_8));
    assertFalse(Files.exists(folder.resolve("out.csv")));
  }

  @Test
  void aModelOfAnotherArmIsNotTaken(@TempDir Path place) throws Exception {
    copy("points", "swapped");
    for (String name : List.of("model.json", "serving.properties")) {
      Files.copy(
          folder.resolve("points/models/batch-norm").resolve(name),
          folder.resolve("swapped/models/none").resolve(name),
          StandardCopyOption.REPLACE_EXISTING);
    }
    Files.copy(
        folder.resolve("points/models/batch-norm/batch-norm-0000.params"),
        folder.resolve("swapped/models/none/batch-norm-0000.params"));
    String[] predict = {
      "predict",
      folder.resolve("swapped").toString(),
      folder.resolve("ok.csv").toString(),
      "--arm",
      "none",
      "--output",
      place.resolve("predicted.csv").toString()
    };
    assertEquals(2, Main.run(predict));
    assertTrue(
        err.toString(StandardCharsets.UTF_8).contains("of another arm, batch-norm"), err::toString);
  }
}
