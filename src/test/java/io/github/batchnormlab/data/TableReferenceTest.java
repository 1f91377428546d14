package io.github.batchnormlab.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.batchnormlab.study.Missing;
import io.github.batchnormlab.study.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Splits and prepared rows are those of NumPy and scikit-learn: tables_reference.py made them. */
class TableReferenceTest {
  private static final Path FOLDER = Path.of("src/test/resources/data");

  private static JsonObject reference() throws Exception {
    String text = Files.readString(FOLDER.resolve("reference.json"));
    return JsonParser.parseString(text).getAsJsonObject();
  }

  static Stream<JsonObject> splits() throws Exception {
    return reference().getAsJsonArray("splits").asList().stream().map(JsonElement::getAsJsonObject);
  }

  private static RawTable read(String name, String target, Missing missing) throws Exception {
    return RawTable.read(
        new TableFile(FOLDER.resolve(name + ".csv"), ','),
        new Choice(List.of(target), List.of(), null, missing));
  }

  private static RawTable read(JsonObject split) throws Exception {
    String name = split.get("table").getAsString();
    return read(name, name.equals("iris") ? "species" : "target", Missing.REFUSE);
  }

  private static Prepared prepare(RawTable table, JsonObject split, boolean standardize)
      throws Exception {
    SplitRule rule = SplitRule.ofShare(split.get("share").getAsDouble());
    return table.prepare(split.get("seed").getAsInt(), rule, standardize);
  }

  private static int[] ints(JsonElement array) {
    return array.getAsJsonArray().asList().stream().mapToInt(JsonElement::getAsInt).toArray();
  }

  private static double[] doubles(JsonElement array) {
    return array.getAsJsonArray().asList().stream().mapToDouble(JsonElement::getAsDouble).toArray();
  }

  /** The values of a row, or of the last one for -1. */
  private static double[] row(double[] values, int width, int row) {
    int from = (row < 0 ? values.length / width + row : row) * width;
    return Arrays.copyOfRange(values, from, from + width);
  }

  private static void assertClose(double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 1e-12 * Math.abs(expected[i]), "value " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("splits")
  void rowsAreSplitAsTrainTestSplitDoes(JsonObject expected) throws Exception {
    RawTable table = read(expected);
    Prepared prepared = prepare(table, expected, false);
    assertRows(table, ints(expected.get("train")), prepared.split().train());
    assertRows(table, ints(expected.get("test")), prepared.split().test());
  }

  private static void assertRows(RawTable table, int[] rows, Table part) {
    assertEquals(rows.length, part.rows());
    int width = part.features().size();
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < width; j++) {
        Column.Numbers column = (Column.Numbers) table.features().get(j);
        assertEquals(column.values()[rows[i]], part.x()[i * width + j]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("splits")
  void theStreamGoesOnToShuffleTheEpochs(JsonObject expected) throws Exception {
    Prepared prepared = prepare(read(expected), expected, true);
    for (JsonElement epoch : expected.getAsJsonArray("epochs")) {
      int[] order = ints(epoch);
      assertArrayEquals(order, prepared.numbers().permutation(order.length));
    }
  }

  /** To the last bit: the features' sums are formed in NumPy's order. */
  @ParameterizedTest
  @MethodSource("splits")
  void featuresAreStandardizedAsStandardScalerDoes(JsonObject expected) throws Exception {
    assertScaled(expected.getAsJsonObject("x"), prepare(read(expected), expected, true));
  }

  private static void assertScaled(JsonObject expected, Prepared prepared) {
    Preprocessing preprocessing = prepared.preprocessing();
    assertArrayEquals(doubles(expected.get("means")), preprocessing.means());
    assertArrayEquals(doubles(expected.get("deviations")), preprocessing.deviations());
    Table train = prepared.split().train();
    Table test = prepared.split().test();
    int width = train.features().size();
    assertArrayEquals(doubles(expected.get("first_train")), row(train.x(), width, 0));
    assertArrayEquals(doubles(expected.get("last_train")), row(train.x(), width, -1));
    assertArrayEquals(doubles(expected.get("first_test")), row(test.x(), width, 0));
    assertArrayEquals(doubles(expected.get("last_test")), row(test.x(), width, -1));
  }

  /** NumPy sums a single column in another order, so that the last bits differ. */
  @ParameterizedTest
  @MethodSource("splits")
  void targetsAreStandardizedAsStandardScalerDoesOrNumbered(JsonObject expected) throws Exception {
    Prepared prepared = prepare(read(expected), expected, true);
    double[] train = prepared.split().train().y();
    double[] test = prepared.split().test().y();
    if (expected.has("classes")) {
      assertEquals(Task.CLASSIFICATION, prepared.preprocessing().task());
      JsonArray classes = expected.getAsJsonArray("classes");
      assertEquals(
          classes.asList().stream().map(JsonElement::getAsString).toList(),
          prepared.preprocessing().classes());
      assertArrayEquals(doubles(expected.get("y_train")), train);
      assertArrayEquals(doubles(expected.get("y_test")), test);
      return;
    }
    JsonObject y = expected.getAsJsonObject("y");
    assertClose(doubles(y.get("means")), prepared.preprocessing().targetMeans());
    assertClose(doubles(y.get("deviations")), prepared.preprocessing().targetDeviations());
    assertClose(doubles(y.get("first_train")), row(train, 1, 0));
    assertClose(doubles(y.get("last_train")), row(train, 1, -1));
    assertClose(doubles(y.get("first_test")), row(test, 1, 0));
    assertClose(doubles(y.get("last_test")), row(test, 1, -1));
  }

  @Test
  void awkwardColumnsAreStandardizedAsStandardScalerDoes() throws Exception {
    JsonObject expected = reference().getAsJsonObject("awkward");
    Prepared prepared = prepare(read("awkward", "target", Missing.REFUSE), expected, true);
    assertScaled(expected.getAsJsonObject("x"), prepared);
  }

  @Test
  void missingValuesAndCategoriesAreFilledInAndSpreadAsScikitLearnDoes() throws Exception {
    JsonObject expected = reference().getAsJsonObject("mixed");
    Prepared prepared = prepare(read("mixed", "target", Missing.MEDIAN), expected, true);
    List<String> categories =
        expected.getAsJsonArray("categories").asList().stream()
            .map(JsonElement::getAsString)
            .toList();
    assertEquals(
        List.of(
            new FeatureColumn.Numbers("number", expected.get("median").getAsDouble()),
            new FeatureColumn.Categories(
                "colour", categories, List.of(), expected.get("most_frequent").getAsString())),
        prepared.preprocessing().columns());
    assertScaled(expected.getAsJsonObject("x"), prepared);
  }
}
