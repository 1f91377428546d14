package io.github.batchnormlab.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.reflect.TypeToken;
import io.github.batchnormlab.study.Missing;
import io.github.batchnormlab.study.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessingTest {
  private static final Path DATA = Path.of("src/test/resources/data");
  private static final String MIXED = "c,n,y\nb,1,0.5\na,2,\nNA,,3\nc,7,-1\nb,1e-3,2\n";

  @TempDir Path folder;

  private TableFile file(String name, String content) throws IOException {
    return new TableFile(Files.writeString(folder.resolve(name), content), ',');
  }

  private static RawTable read(TableFile file, String target, Task task, Missing missing)
      throws Exception {
    return RawTable.read(file, new Choice(List.of(target), List.of(), task, missing));
  }

  /** Fitted to all rows of a table. */
  private static Preprocessing fit(RawTable table, boolean standardize) throws Exception {
    return table.prepare(0, table, SplitRule.ofShare(0.5), standardize).preprocessing();
  }

  private Preprocessing mixed(Missing missing) throws Exception {
    String content = missing == Missing.REFUSE ? "c,n,y\nb,1,0.5\na,1.2,1\nc,1.1,-1\n" : MIXED;
    String filled = content.replace("a,2,\n", "a,2,1\n");
    return fit(read(file("train.csv", filled), "y", null, missing), true);
  }

  private static Map<String, Object> throughJson(Map<String, Object> map) {
    return new Gson().fromJson(new Gson().toJson(map), new TypeToken<Map<String, Object>>() {});
  }

  private record Row(List<String> cells, List<Double> features, List<Double> targets) {}

  /** Keeps all rows of a file. */
  private static final class Rows implements RowListener {
    List<String> names;
    List<String> header;
    boolean hasTargets;
    final List<Row> rows = new ArrayList<>();

    @Override
    public void header(List<String> ofColumns, List<String> cells, boolean targets) {
      names = ofColumns;
      header = cells;
      hasTargets = targets;
    }

    @Override
    public void row(List<String> cells, double[] features, double[] targets) {
      rows.add(new Row(cells, list(features), list(targets)));
    }

    private static List<Double> list(double[] values) {
      return Arrays.stream(values).boxed().toList();
    }
  }

  @Test
  void itComesBackFromJsonToTheLastBit() throws Exception {
    RawTable diabetes =
        read(new TableFile(DATA.resolve("diabetes.csv"), ','), "target", null, Missing.REFUSE);
    TableFile irisFile = new TableFile(DATA.resolve("iris.csv"), ',');
    RawTable numbered =
        read(file("n.csv", "x,y\n1,10\n2,9\n3,10\n"), "y", Task.CLASSIFICATION, Missing.REFUSE);
    for (Preprocessing written :
        List.of(
            fit(diabetes, true),
            fit(diabetes, false),
            fit(read(irisFile, "species", null, Missing.REFUSE), true),
            fit(numbered, true),
            mixed(Missing.MEDIAN),
            mixed(Missing.REFUSE),
            Preprocessing.none(List.of("r", "g", "b"), List.of("x", "y")))) {
      Preprocessing read = Preprocessing.of(throughJson(written.toMap()));
      assertEquals(written.toMap(), read.toMap());
      assertArrayEquals(written.means(), read.means());
      assertArrayEquals(written.deviations(), read.deviations());
      assertArrayEquals(written.targetMeans(), read.targetMeans());
      assertArrayEquals(written.targetDeviations(), read.targetDeviations());
      assertEquals(written.columns(), read.columns());
      assertEquals(written.features(), read.features());
      assertEquals(written.targets(), read.targets());
      assertEquals(written.classes(), read.classes());
      assertEquals(written.task(), read.task());
      assertEquals(written.isStandardized(), read.isStandardized());
    }
  }

  /** Each part of it is taken away, or made something else: nothing but the sentence comes out. */
  @Test
  void damagedJsonIsRefused() throws Exception {
    String json = new Gson().toJson(mixed(Missing.MEDIAN).toMap());
    List<String> tried = new ArrayList<>();
    for (JsonElement other :
        List.of(
            JsonNull.INSTANCE,
            new JsonPrimitive("x"),
            new JsonPrimitive(-1),
            new JsonPrimitive(true),
            new JsonObject(),
            new Gson().toJsonTree(List.of()),
            new Gson().toJsonTree(List.of(1, "a")))) {
      JsonObject whole = new Gson().fromJson(json, JsonObject.class);
      for (JsonObject part :
          List.of(
              whole,
              whole.getAsJsonArray("columns").get(0).getAsJsonObject(),
              whole.getAsJsonArray("columns").get(1).getAsJsonObject(),
              whole.getAsJsonArray("targets").get(0).getAsJsonObject())) {
        for (String key : List.copyOf(part.keySet())) {
          JsonElement right = part.get(key);
          part.add(key, other);
          Map<String, Object> map =
              new Gson().fromJson(whole.toString(), new TypeToken<Map<String, Object>>() {});
          try {
            Preprocessing.of(map);
            tried.add(key + " " + other);
          } catch (IllegalArgumentException e) {
            assertTrue(e.getMessage().startsWith("The preprocessing has no right '"), key);
          }
          part.add(key, right);
        }
      }
    }
    assertEquals(
        List.of(
            "name \"x\"",
            "name \"x\"",
            "name \"x\"", // Any name may be one.
            "fill -1",
            "mean -1",
            "mean -1",
            "standardized true",
            "unseen []"),
        tried.stream().sorted((a, b) -> order(a) - order(b)).toList());
  }

  private static int order(String tried) {
    return List.of("name", "fill", "mean", "standardized", "unseen").indexOf(tried.split(" ")[0]);
  }

  @Test
  void rowsOfAFileAreWhatTheTableHas() throws Exception {
    TableFile file = new TableFile(DATA.resolve("mixed.csv"), ',');
    RawTable table = read(file, "target", null, Missing.MEDIAN);
    Prepared prepared = table.prepare(0, table, SplitRule.ofShare(0.5), true);
    Rows rows = new Rows();
    assertEquals(List.of(), prepared.preprocessing().read(file, rows));
    assertEquals(List.of("number", "colour", "target"), rows.names);
    assertTrue(rows.hasTargets);
    Table train = prepared.split().train();
    assertArrayEquals(
        train.x(),
        rows.rows.stream()
            .flatMap(row -> row.features().stream())
            .mapToDouble(Double::doubleValue)
            .toArray());
    assertArrayEquals(
        prepared.preprocessing().inOriginalUnits(train.y()),
        rows.rows.stream().mapToDouble(row -> row.targets().get(0)).toArray(),
        1e-15);
    assertEquals(List.of("0.552", "\ud83d\udfe3", "0.3775881983015979"), rows.rows.get(0).cells());
  }

  @Test
  void columnsAreFoundByNameAndOthersAreHandedOn() throws Exception {
    Preprocessing preprocessing = mixed(Missing.MEDIAN);
    Rows rows = new Rows();
    List<String> warnings =
        preprocessing.read(
            file("new.csv", "id,n, c \n\"a, b\", 1 ,green\n7,,b\nx,2,NA\n,2,blue\n"), rows);
    assertEquals(List.of("id", "n", "c"), rows.names);
    assertEquals(List.of("id", "n", " c "), rows.header);
    assertEquals(
        List.of("\"a, b\"", " 1 ", "green"), rows.rows.get(0).cells(), "as they stand there");
    assertEquals(List.of(), rows.rows.get(0).targets());
    double[] means = preprocessing.means();
    double[] deviations = preprocessing.deviations();
    assertEquals(
        List.of(-means[0], -means[1], -means[2], 1 - means[3]),
        List.of(
            rows.rows.get(0).features().get(0) * deviations[0],
            rows.rows.get(0).features().get(1) * deviations[1],
            rows.rows.get(0).features().get(2) * deviations[2],
            rows.rows.get(0).features().get(3) * deviations[3]));
    assertEquals(
        rows.rows.get(1).features().subList(0, 3), rows.rows.get(2).features().subList(0, 3));
    assertEquals(
        List.of(
            "new.csv, column 'c': 2 rows have a category that no training row has, so all its"
                + " columns are 0: 'blue', 'green'."),
        warnings.stream().map(w -> w.replace(folder + "/", "")).toList());
  }

  @Test
  void targetsOfNewRowsMayBeUnknown() throws Exception {
    Preprocessing iris =
        fit(read(file("t.csv", "x,y\n1,a\n2,b\n"), "y", null, Missing.REFUSE), true);
    Rows rows = new Rows();
    List<String> warnings = iris.read(file("new.csv", "y,x\nb,1\n,2\nc,3\na,4\n"), rows);
    assertEquals(
        List.of(1.0, Double.NaN, -1.0, 0.0),
        rows.rows.stream().map(row -> row.targets().get(0)).toList());
    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).contains("column 'y'") && warnings.get(0).contains("'c'"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "`c,y\\nb,1\\n`|`new.csv lacks the column 'n', a feature.`",
        "`c,n\\nb,1\\nb,two\\n`|`new.csv, line 3, column 'n': 'two' is no number, as the training"
            + " data have here.`",
        "`c,n\\nb,1\\n\\n,2\\n`|`new.csv, line 4, column 'c': the value is missing.`",
        "`c,n\\nb,?\\n`|`new.csv, line 2, column 'n': the value is missing ('?').`",
        "`c,n\\nb,1\\nb,1.7e308\\n`|`new.csv, line 3, column 'n': the number is too large for the"
            + " training rows' mean and deviation.`",
        "`c,n,y\\nb,1,x\\n`|`new.csv, line 2, column 'y': 'x' is no number, as the training data have"
            + " here.`",
      })
  void whatCannotBeReadEndsInASentence(String content, String sentence) throws Exception {
    Preprocessing preprocessing = mixed(Missing.REFUSE);
    TableFile file = file("new.csv", content.replace("\\n", "\n"));
    TableException error =
        assertThrows(TableException.class, () -> preprocessing.read(file, new Rows()));
    assertEquals(sentence, error.getMessage().replace(folder + "/", ""));
  }

  @Test
  void standardizedTargetsComeBackInOriginalUnits() throws Exception {
    RawTable diabetes =
        read(new TableFile(DATA.resolve("diabetes.csv"), ','), "target", null, Missing.REFUSE);
    Prepared standardized = diabetes.prepare(0, SplitRule.ofShare(0.2), true);
    Prepared plain = diabetes.prepare(0, SplitRule.ofShare(0.2), false);
    assertArrayEquals(
        plain.split().test().y(),
        standardized.preprocessing().inOriginalUnits(standardized.split().test().y()),
        1e-12);
  }
}
