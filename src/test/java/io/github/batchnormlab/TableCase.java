package io.github.batchnormlab;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;

/**
 * A training on a table as {@code src/test/python/tables.py} has made it with PyTorch and
 * scikit-learn.
 *
 * @param name the name, that of its file of losses too
 * @param facts all that {@code cases.json} says of it
 */
public record TableCase(String name, JsonObject facts) {
  private static final String FOLDER = "/reference/tables/";

  /** All cases. */
  public static List<TableCase> all() {
    try (var in = new InputStreamReader(open("cases.json"), StandardCharsets.UTF_8)) {
      JsonArray cases = JsonParser.parseReader(in).getAsJsonObject().getAsJsonArray("cases");
      return StreamSupport.stream(cases.spliterator(), false)
          .map(JsonElement::getAsJsonObject)
          .map(facts -> new TableCase(facts.get("name").getAsString(), facts))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) {
    return TableCase.class.getResourceAsStream(FOLDER + name);
  }

  /** A fact that is a text or a number, as a text. */
  public String text(String fact) {
    return facts.get(fact).getAsString();
  }

  /** A fact that is a whole number. */
  public int number(String fact) {
    return facts.get(fact).getAsInt();
  }

  /** A fact that is a list of whole numbers. */
  public List<Integer> numbers(String fact) {
    return StreamSupport.stream(facts.getAsJsonArray(fact).spliterator(), false)
        .map(JsonElement::getAsInt)
        .toList();
  }

  /** The names of the targets. */
  public List<String> targets() {
    return StreamSupport.stream(facts.getAsJsonArray("target").spliterator(), false)
        .map(JsonElement::getAsString)
        .toList();
  }

  /** The classes of a classification in their order, or null. */
  public List<String> classes() {
    return facts.get("targets") instanceof JsonObject targets
        ? StreamSupport.stream(targets.getAsJsonArray("classes").spliterator(), false)
            .map(JsonElement::getAsString)
            .toList()
        : null;
  }

  /** A column of the file of losses, by epoch, such as {@code train_loss}. */
  public double[] column(String column) {
    try (var in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(open(name + ".csv.gz")), StandardCharsets.UTF_8))) {
      int index = List.of(in.readLine().split(",")).indexOf(column);
      return in.lines().mapToDouble(line -> Double.parseDouble(line.split(",")[index])).toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The values of a JSON array of numbers, or of arrays of them, one behind the other. */
  public static double[] flat(JsonElement array) {
    return array instanceof JsonArray values
        ? IntStream.range(0, values.size())
            .mapToObj(values::get)
            .flatMapToDouble(value -> Arrays.stream(flat(value)))
            .toArray()
        : new double[] {array.getAsDouble()};
  }

  @Override
  public String toString() {
    return name;
  }
}
