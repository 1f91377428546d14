package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.StudyResult;
import io.github.batchnormlab.study.Task;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableReportTest {
  @TempDir Path folder;

  /** A name that is bad in HTML, in a script, in a figure's text and for the eye. */
  static final String HOSTILE =
      "</script><script>alert(1)</script><b onclick='x'>\"'\\ ${x} {{ y }}\n\u0007\u202e&amp;";

  /** The page without Plotly and without scripts. */
  private static String page(StudyResult result) throws Exception {
    return page(HtmlReport.html(result));
  }

  private static String page(String html) {
    return html.substring(html.indexOf("<main>"), html.indexOf("</main>")).replace('\u00a0', ' ');
  }

  /** What stands above the data. */
  private static String answer(String page) {
    return page.substring(0, page.indexOf("id=\"data-heading\""));
  }

  private static StudyResult study(Task task, int replicas) {
    List<String> classes = task == Task.CLASSIFICATION ? List.of("cheap", "dear") : List.of();
    DataFacts facts = TableStudies.facts(task, List.of("price"), classes);
    return TableStudies.realistic(facts, replicas, 200, Arms.BATCH_NORM, Arms.NONE);
  }

  @Test
  void nothingIsSaidOfTheArticle() throws Exception {
    for (Task task : Task.values()) {
      for (int replicas : new int[] {1, 3, 8}) {
        String page = page(study(task, replicas));
        for (String word :
            List.of("article", "tanh", "training points", "test points", "and points")) {
          assertFalse(
              page.contains(word),
              () -> page.substring(Math.max(0, page.indexOf(word) - 200), page.indexOf(word) + 50));
        }
      }
    }
  }

  @Test
  void itSaysWhatWasLearnedAndHow() throws Exception {
    String page = page(study(Task.REGRESSION, 8));

    assertTrue(page.contains("<h1>What normalization changes: houses.csv</h1>"));
    assertTrue(page.contains("Regression of price from 2 columns: the training and test loss"));
    assertTrue(page.contains("while the weights changed during the epoch"));
    assertTrue(
        page.contains(
            "Each is the mean over the rows of the squared error, of the target standardized by the"
                + " training rows."));
    assertTrue(page.contains("before the first step of the epochs"));
    assertTrue(page.contains("input of relu, z"));
    assertTrue(page.contains("Final R² of price") && page.contains("Best RMSE of price"));
    assertFalse(page.contains("Which class is taken for which"));
  }

  @Test
  void classesHaveTheirMatrix() throws Exception {
    String page = page(study(Task.CLASSIFICATION, 8));

    assertTrue(page.contains("cross-entropy of the softmax of the outputs, in nats"));
    assertTrue(page.contains("Which class is taken for which"));
    assertTrue(page.contains("<th scope=\"col\">dear</th>"));
    assertTrue(page.contains("Final accuracy"));
    assertFalse(page.contains("RMSE"), "no metric of numbers");
    assertFalse(page.contains("Predicted against true"));
  }

  @Test
  void oneReplicaTellsNothingApart() throws Exception {
    String page = page(study(Task.CLASSIFICATION, 1));

    assertTrue(page.contains("it decides nothing"));
    for (String order : List.of("“none”", "told apart", "ranking-heading")) {
      assertFalse(answer(page).contains(order), order);
    }
    assertFalse(page.contains("95 %"), "no interval");
  }

  @Test
  void namesBecomeNeitherElementsNorScripts() throws Exception {
    for (Task task : Task.values()) {
      List<String> classes =
          task == Task.CLASSIFICATION ? List.of(HOSTILE, HOSTILE + "2") : List.of();
      DataFacts plain = TableStudies.facts(task, List.of(HOSTILE), classes);
      var facts =
          new DataFacts(
              HOSTILE,
              HOSTILE,
              plain.sums(),
              task,
              8,
              2,
              0,
              plain.columns(),
              5,
              classes,
              List.of(HOSTILE));
      String html =
          HtmlReport.html(TableStudies.realistic(facts, 2, 30, Arms.BATCH_NORM, Arms.NONE));

      assertFalse(html.contains("<script>alert"), "a name became a script");
      assertFalse(html.contains("<b onclick"), "a name became an element");
      String page = page(html);
      assertFalse(page.contains("\u202e") || page.contains("\u0007"), "a name rules the screen");
      assertTrue(page.contains("&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script"));
    }
  }

  @Test
  void aPageOfManyTargetsOrClassesStaysSmall() throws Exception {
    DataFacts targets =
        TableStudies.facts(Task.REGRESSION, TableStudies.names("t", 500), List.of());
    DataFacts classes =
        TableStudies.facts(
            Task.CLASSIFICATION, List.of("kind"), TableStudies.names("x".repeat(10_000), 300));

    for (DataFacts facts : List.of(targets, classes)) {
      String html =
          HtmlReport.html(TableStudies.realistic(facts, 2, 50, Arms.BATCH_NORM, Arms.NONE));
      assertTrue(html.length() < 5_000_000, html.length() + " characters");
    }
    String page = page(TableStudies.realistic(targets, 2, 50, Arms.BATCH_NORM, Arms.NONE));
    assertTrue(page.contains("Metrics are told here of the first 3 of 500 targets"));
    assertTrue(
        page.contains(
            "at most 20 targets in the table, 6 in figures, and of pairs the first 3 of 500"));
    assertTrue(page.contains("Shown are the first 6 of 500 targets"));
    assertTrue(page.contains("Final mean R²"));
  }

  /** With a single class the cross-entropy is 0 from the start. */
  @Test
  void lossesOfZeroAreSaidToHaveNoCurve() throws Exception {
    String page = page(withLosses(0));

    assertTrue(page.contains("The figure is empty, because no loss is a finite number above 0."));
    assertTrue(page.contains("There is no loss to count the epochs to"));
    Path picture = folder.resolve("picture.png");
    LossPicture.write(withLosses(0), picture);
    assertNotNull(ImageIO.read(picture.toFile()));
  }

  /** Mini-batches and other functions are not for tables only. */
  @Test
  void thePointsOfTheArticleCanHaveBatchesAndAnyActivation() throws Exception {
    StudyResult points = Studies.replicas(2, 50, Arms.BATCH_NORM, Arms.NONE);
    String page =
        page(
            new StudyResult(
                points.settings().with(Map.of("batch-size", "10", "activation", "gelu")),
                points.arms(),
                points.diagnostics(),
                points.outcomes(),
                points.provenance()));

    assertTrue(page.contains("while the weights changed during the epoch"));
    assertTrue(page.contains("input of gelu, z") && !page.contains("tanh is nearly linear"));
    assertFalse(page.contains("before each epoch’s step"));
  }

  /** A study of one class, whose losses are all the same. */
  static StudyResult withLosses(double loss) {
    DataFacts facts = TableStudies.facts(Task.CLASSIFICATION, List.of("kind"), List.of("only"));
    StudyResult whole = TableStudies.realistic(facts, 6, 40, Arms.BATCH_NORM, Arms.NONE);
    double[][] losses = new double[6][40];
    for (double[] row : losses) {
      Arrays.fill(row, loss);
    }
    return new StudyResult(
        whole.settings(),
        whole.arms().stream()
            .map(a -> new ArmResult(a.arm(), losses, losses, a.epochs(), 1, a.metrics()))
            .toList(),
        List.of(),
        whole.outcomes(),
        whole.provenance(),
        whole.data());
  }

  /** A training that fails at once, and one whose R² is never a number. */
  @Test
  void valuesThatAreNoNumbersAreSaidToBeMissing() throws Exception {
    double nan = Double.NaN;
    ArmResult failed = TableStudies.arm(Arms.BATCH_NORM, new double[][] {{nan, nan}, {nan, nan}});
    ArmResult known = TableStudies.arm(Arms.NONE, new double[][] {{3, 2}, {3, 2}});
    ArmResult unmeasured =
        new ArmResult(
            Arms.LAYER_NORM, known.trainLoss(), known.testLoss(), known.epochs(), 1, Map.of());
    String page = page(TableStudies.regression(failed, known, unmeasured));

    assertTrue(page.contains("“none” has the highest final R² of price"), page);
    assertTrue(page.contains("“layer-norm” has no value"), page);
    assertTrue(
        page.contains(
            "The final R² of price with LN cannot be compared, because too few replicas have it."));
    page = page(TableStudies.regression(failed));
    assertTrue(page.contains("not available"));
  }

  @Test
  void oneEpochIsEnough() throws Exception {
    String page =
        page(
            TableStudies.regression(
                TableStudies.arm(Arms.BATCH_NORM, new double[][] {{2}}),
                TableStudies.arm(Arms.NONE, new double[][] {{3}})));

    assertTrue(page.contains("After 1 epoch the test loss with BN is 0.667 times"), page);
  }

  @Test
  void anArmOfOnesOwnIsAnArm() throws Exception {
    Arm own =
        TableStudies.settings(1, 1, List.of(Arms.NONE))
            .with("arms", "none,mine=com.example.MyNorm")
            .net()
            .arms()
            .get(1);
    String page =
        page(
            TableStudies.regression(
                TableStudies.arm(own, 5, 1, 1, 1, 1, 1, 1),
                TableStudies.arm(Arms.NONE, 9, 2, 2, 2, 2, 2, 2)));

    assertTrue(page.contains("mine against none (without normalization)"));
    assertTrue(page.contains("“mine” has the lowest final test loss; “none” is worse."));
    assertFalse(page.contains("BN") || page.contains("with mine)"), page);
  }

  @Test
  void thePointsOfTheArticleHaveNoneOfThis() throws Exception {
    String html = HtmlReport.html(Studies.replicas(6, 50, Arms.BATCH_NORM, Arms.NONE));
    for (String heading : List.of("ranking", "data", "metrics", "confusion")) {
      assertFalse(html.contains("id=\"" + heading + "-heading\""), heading);
    }
    assertEquals(-1, html.indexOf("houses.csv"));
    assertTrue(html.contains("The losses 1, 0.1, 0.05, 0.02 and 0.01 are in every report"));
  }
}
