package io.github.batchnormlab.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.batchnormlab.data.TableException;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Diagnostic;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Outcome;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A study whose rows stay in blocks is the study of the same rows in one piece. */
class BlockStudyTest {
  /** Of the losses of 50 epochs, relative; two orders of the same sums differ by that. */
  private static final double ROUNDING = 1e-10;

  private static final String IRIS = "src/test/resources/data/iris.csv";

  @TempDir private Path folder;

  /** Three blocks, the last of them short, of numbers that are far from zero. */
  private Settings settings(String... more) throws Exception {
    StringBuilder rows = new StringBuilder("a,b,c,y,z\n");
    Random random = new Random(7);
    for (int i = 0; i < 66_000; i++) {
      double a = random.nextGaussian();
      double b = 1e4 + random.nextDouble();
      double c = a + random.nextGaussian() / 8;
      rows.append(a).append(',').append(b).append(',').append(c).append(',');
      rows.append(Math.sin(a + b) + c).append(',').append(100 + a * c).append('\n');
    }
    Path file = Files.writeString(folder.resolve("rows.csv"), rows);
    Map<String, String> texts = new HashMap<>();
    texts.put("data", file.toString());
    texts.put("target", "y,z");
    texts.put("hidden", "12");
    texts.put("learning-rate", "0.01");
    texts.put("epochs", "50");
    texts.put("threads", "2");
    for (int i = 0; i < more.length; i += 2) {
      texts.put(more[i], more[i + 1]);
    }
    return Settings.parse(texts);
  }

  private static Settings iris(String... more) {
    Map<String, String> texts =
        new HashMap<>(Map.of("data", IRIS, "target", "species", "epochs", "50"));
    for (int i = 0; i < more.length; i += 2) {
      texts.put(more[i], more[i + 1]);
    }
    return Settings.parse(texts);
  }

  private static StudyResult inBlocks(Settings settings) throws Exception {
    return Study.run(settings.with("blocks", true));
  }

  private static void assertEqual(StudyResult whole, StudyResult blocks, double delta) {
    for (int i = 0; i < whole.arms().size(); i++) {
      ArmResult one = whole.arms().get(i);
      ArmResult other = blocks.arms().get(i);
      assertClose(one.trainLoss(), other.trainLoss(), delta);
      assertClose(one.testLoss(), other.testLoss(), delta);
      for (Metric metric : one.metrics().keySet()) {
        double[][] expected = one.metrics().get(metric);
        double[][] actual = other.metrics().get(metric);
        for (int j = 0; j < expected.length; j++) {
          for (int k = 0; k < expected[j].length; k++) { // One minus a share may be near zero.
            double allowed = 10 * delta * Math.max(1, Math.abs(expected[j][k]));
            assertEquals(expected[j][k], actual[j][k], allowed, metric.toString());
          }
        }
      }
    }
    Map<String, Double> seen = inside(whole);
    Map<String, Double> seenInBlocks = inside(blocks);
    assertEquals(seen.keySet(), seenInBlocks.keySet());
    if (whole.data().orElseThrow().trainRows() <= 1_000) { // Else the looks are at other rows.
      seen.forEach((key, value) -> assertEquals(value, seenInBlocks.get(key), 1e-6, key));
    }
    for (int i = 0; i < whole.outcomes().size(); i++) {
      Outcome one = whole.outcomes().get(i);
      Outcome other = blocks.outcomes().get(i);
      assertClose(one.targets(), other.targets(), 1e-12);
      for (int j = 0; j < one.predictions().length; j++) {
        assertArrayEquals(one.predictions()[j], other.predictions()[j], 100 * delta);
      }
      assertArrayEquals(one.confusion(), other.confusion());
    }
  }

  /** What was seen inside the networks. */
  private static Map<String, Double> inside(StudyResult result) {
    Map<String, Double> values = new TreeMap<>();
    for (Diagnostic seen : result.diagnostics()) {
      String of = seen.arm() + " " + seen.replica() + " " + seen.epoch();
      values.put(of + " " + seen.quantity() + " " + seen.key(), seen.value());
    }
    return values;
  }

  private static void assertClose(double[][] expected, double[][] actual, double delta) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i].length, actual[i].length);
      for (int j = 0; j < expected[i].length; j++) {
        double allowed = delta * Math.max(Math.abs(expected[i][j]), 1e-3);
        assertEquals(expected[i][j], actual[i][j], allowed, i + ", " + j);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'batch-norm,none', 12, tanh, true, 50",
    "'batch-norm', 12, tanh, false, 50",
    "'layer-norm,rms-norm,none', '8,6', relu, true, 50",
    "'batch-norm', '8,6', tanh, true, 50",
    "'batch-norm-population,batch-norm-plain', '7,5,6', relu, true, 10",
    "'batch-norm', 12, gelu, true, 10"
  })
  void theNumbersAreThoseOfTheRowsInOnePiece(
      String arms, String hidden, String activation, String standardize, String epochs)
      throws Exception {
    Settings settings =
        settings(
            "arms",
            arms,
            "hidden",
            hidden,
            "activation",
            activation,
            "standardize",
            standardize,
            "epochs",
            epochs);
    double delta = standardize.equals("true") ? ROUNDING : 1e-6;
    assertEqual(Study.run(settings), inBlocks(settings), delta);
  }

  /** A layer of 400 units has its rows in pieces of 500 where a batch may come in pieces. */
  @Test
  void soIsWhatIsSeenInsideWideLayers() throws Exception {
    Settings settings =
        settings(
            "arms",
            "batch-norm",
            "hidden",
            "400,3",
            "epochs",
            "2",
            "train-size",
            "1000",
            "test-size",
            "100");
    assertEqual(Study.run(settings), inBlocks(settings), ROUNDING);
  }

  @Test
  void soAreThoseOfClassesAndOfSeveralReplicas() throws Exception {
    Settings settings = iris("replicas", "3", "train-size", "90", "test-size", "20");
    assertEqual(Study.run(settings), inBlocks(settings), ROUNDING);
  }

  @Test
  void whatBlocksDoNotTakeIsRefusedInASentence() throws Exception {
    assertRefused(
        iris("arms", "djl-batch-norm,none"),
        "must have no djl-batch-norm where rows are in blocks");
    for (String[] bad :
        new String[][] {
          {"batch-size", "10"}, {"missing", "median"}, {"device", "gpu"}, {"test-data", IRIS}
        }) {
      SettingException refused =
          assertThrows(SettingException.class, () -> iris("blocks", "true", bad[0], bad[1]));
      assertEquals(0, refused.getMessage().indexOf("--" + bad[0]), refused.getMessage());
    }
    Path file = folder.resolve("categories.csv");
    Files.writeString(file, "colour,y\n" + "red,1\nblue,2\n".repeat(5));
    Settings ofText = Settings.parse(Map.of("data", file.toString(), "target", "y"));
    TableException refused = assertThrows(TableException.class, () -> inBlocks(ofText));
    assertEquals(
        file
            + ", column 'colour': it holds text, and categories are not yet taken with rows in"
            + " blocks; encode them as numbers first, or leave the column out with --ignore.",
        refused.getMessage());
  }

  private static void assertRefused(Settings settings, String rule) {
    SettingException refused = assertThrows(SettingException.class, () -> inBlocks(settings));
    assertEquals(true, refused.getMessage().contains(rule), refused.getMessage());
  }

  @Test
  void twoRunsAreEqualToTheBit() throws Exception {
    Settings settings = settings("epochs", "5");
    List<ArmResult> one = inBlocks(settings).arms();
    List<ArmResult> other = inBlocks(settings.with("threads", 1)).arms();
    for (int i = 0; i < one.size(); i++) {
      assertArrayEquals(one.get(i).trainLoss()[0], other.get(i).trainLoss()[0]);
      assertArrayEquals(one.get(i).testLoss()[0], other.get(i).testLoss()[0]);
    }
  }
}
