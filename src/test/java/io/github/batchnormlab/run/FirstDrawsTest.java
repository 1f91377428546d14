package io.github.batchnormlab.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.batchnormlab.data.ColorPoints;
import io.github.batchnormlab.data.Split;
import io.github.batchnormlab.model.InitialWeights;
import io.github.batchnormlab.study.Init;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.train.Parts;
import java.util.Arrays;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first draws are those of NumPy and PyTorch, to the last bit. */
class FirstDrawsTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 12345})
  void pointsAreNumPys(int seed) {
    JsonObject expected = Reference.draws(seed);
    Split split = ColorPoints.draw(seed, Settings.defaults().data());
    double[] train = split.train().x();
    double[] test = split.test().x();
    JsonArray firstRows = expected.getAsJsonArray("train_x_first_2_rows");
    assertArrayEquals(doubles(firstRows.get(0).getAsJsonArray()), row(train, 0));
    assertArrayEquals(doubles(firstRows.get(1).getAsJsonArray()), row(train, 1));
    assertArrayEquals(doubles(expected.getAsJsonArray("train_x_last_row")), row(train, 999));
    assertArrayEquals(doubles(expected.getAsJsonArray("test_x_first_row")), row(test, 0));
    assertArrayEquals(doubles(expected.getAsJsonArray("test_x_last_row")), row(test, 299));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 12345})
  void weightsArePyTorchs(int seed) {
    JsonObject expected = Reference.draws(seed);
    InitialWeights weights =
        InitialWeights.draw(seed, Parts.sizes(Settings.defaults()), true, Init.NORMAL);
    assertArrayEquals(
        doubles(expected.getAsJsonArray("weight1_first_3_of_row_0")),
        first(weights.values().get("weight1"), 3));
    assertEquals(expected.get("weight1_last").getAsDouble(), weights.values().get("weight1")[899]);
    assertArrayEquals(
        doubles(expected.getAsJsonArray("bias1_first_2")), first(weights.values().get("bias1"), 2));
    assertArrayEquals(
        doubles(expected.getAsJsonArray("weight2_first_row")),
        first(weights.values().get("weight2"), 3));
    assertArrayEquals(doubles(expected.getAsJsonArray("bias2")), weights.values().get("bias2"));
    assertEquals(
        expected.get("sum_weight1").getAsDouble(),
        Arrays.stream(weights.values().get("weight1")).sum(),
        1e-11);
    assertEquals(
        expected.get("sum_weight2").getAsDouble(),
        Arrays.stream(weights.values().get("weight2")).sum(),
        1e-11);
  }

  private static double[] doubles(JsonArray array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(value -> value.getAsDouble())
        .toArray();
  }

  private static double[] row(double[] rows, int index) {
    return Arrays.copyOfRange(rows, 3 * index, 3 * index + 3);
  }

  private static double[] first(double[] values, int count) {
    return Arrays.copyOf(values, count);
  }
}
