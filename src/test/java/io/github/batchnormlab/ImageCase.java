package io.github.batchnormlab;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.batchnormlab.study.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** A training that {@code src/test/python/images.py} has done. */
public record ImageCase(JsonObject facts) {
  /** Where Debian's package dataset-fashion-mnist puts the four files. */
  public static final Path FASHION_MNIST = Path.of("/usr/share/datasets/fashion-mnist");

  private static final Path REFERENCE = Path.of("src/test/resources/reference/images.json");

  private static final List<String> SETTINGS =
      List.of(
          "conv",
          "hidden",
          "activation",
          "init",
          "optimizer",
          "learning-rate",
          "batch-size",
          "train-size",
          "test-size",
          "epochs",
          "seed");

  /**
   * {@return whether the images are there: a test without them is skipped, but fails on the
   * project's own machine}
   */
  public static boolean hasImages() {
    return System.getenv("CI") != null || Files.isDirectory(FASHION_MNIST);
  }

  /** {@return all of them} */
  public static List<ImageCase> all() {
    try {
      JsonArray cases =
          JsonParser.parseString(Files.readString(REFERENCE))
              .getAsJsonObject()
              .getAsJsonArray("cases");
      return StreamSupport.stream(cases.spliterator(), false)
          .map(each -> new ImageCase(each.getAsJsonObject()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@return a setting as a user would write it} */
  public String text(String name) {
    return facts.get(name).getAsString();
  }

  /** {@return a list of numbers} */
  public double[] numbers(String name) {
    JsonArray array = facts.getAsJsonArray(name);
    return IntStream.range(0, array.size()).mapToDouble(i -> array.get(i).getAsDouble()).toArray();
  }

  /** {@return the settings, with an arm, on one thread} */
  public Settings settings(String arm) {
    Map<String, String> texts = new LinkedHashMap<>();
    SETTINGS.forEach(name -> texts.put(name, text(name)));
    texts.put("data", FASHION_MNIST.toString());
    texts.put("arms", arm);
    texts.put("threads", "1");
    return Settings.parse(texts);
  }

  @Override
  public String toString() {
    return text("arm") + " " + text("conv") + " " + text("optimizer");
  }
}
