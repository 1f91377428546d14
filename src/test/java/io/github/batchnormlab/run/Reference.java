package io.github.batchnormlab.run;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.batchnormlab.study.Arm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Figures made with NumPy 1.24 and PyTorch 1.13 from the article's program, default settings, all
 * in float64.
 *
 * @param trainLoss by epoch
 * @param testLoss by epoch
 */
record Reference(double[] trainLoss, double[] testLoss) {

  /** The losses of {@code batch-norm} or {@code none}. */
  static Reference losses(Arm arm) {
    String prefix = arm.id().replace('-', '_');
    try (var in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(open("losses-double.csv.gz")), StandardCharsets.UTF_8))) {
      List<String> head = List.of(in.readLine().split(","));
      int train = head.indexOf(prefix + "_train");
      int test = head.indexOf(prefix + "_test");
      List<String[]> rows = in.lines().map(line -> line.split(",")).toList();
      return new Reference(
          rows.stream().mapToDouble(row -> Double.parseDouble(row[train])).toArray(),
          rows.stream().mapToDouble(row -> Double.parseDouble(row[test])).toArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first and last data rows and weights of a seed. */
  static JsonObject draws(int seed) {
    try (var in = new InputStreamReader(open("first-draws.json"), StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(in).getAsJsonObject().getAsJsonObject(Integer.toString(seed));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) {
    return Reference.class.getResourceAsStream("/reference/" + name);
  }
}
