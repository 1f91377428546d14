package io.github.batchnormlab.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.data.TableException;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Diagnostic;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Outcome;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import io.github.batchnormlab.study.StudyResult;
import io.github.batchnormlab.study.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for the article's study holds for one of a table. */
class TableStudyTest {
  private static final String DATA = "src/test/resources/data/";

  @TempDir private Path folder;

  private static Settings settings(String... more) {
    Map<String, String> texts = new HashMap<>();
    texts.put("data", DATA + "diabetes.csv");
    texts.put("target", "target");
    texts.put("hidden", "8,6");
    texts.put("activation", "relu");
    texts.put("batch-size", "64");
    texts.put("learning-rate", "0.01");
    texts.put("epochs", "12");
    texts.put("threads", "1");
    for (int i = 0; i < more.length; i += 2) {
      texts.put(more[i], more[i + 1]);
    }
    return Settings.parse(texts);
  }

  private static Settings iris(String... more) {
    String[] all =
        Arrays.copyOf(
            new String[] {"data", DATA + "iris.csv", "target", "species"}, more.length + 4);
    System.arraycopy(more, 0, all, 4, more.length);
    return settings(all);
  }

  private String file(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private static void assertSame(ArmResult one, ArmResult other, double delta) {
    for (int i = 0; i < one.trainLoss().length; i++) {
      assertArrayEquals(one.trainLoss()[i], other.trainLoss()[i], delta);
      assertArrayEquals(one.testLoss()[i], other.testLoss()[i], delta);
      for (Metric metric : one.metrics().keySet()) {
        assertArrayEquals(one.metrics().get(metric)[i], other.metrics().get(metric)[i], delta);
      }
    }
  }

  /** Each has the split, the weights and the shuffling of its own seed. */
  @ParameterizedTest
  @ValueSource(strings = {"batch-norm", "layer-norm", "rms-norm", "none", "djl-batch-norm"})
  void aReplicaIsTheRunOfItsSeed(String arm) throws Exception {
    ArmResult three = Study.run(settings("arms", arm, "replicas", "3", "seed", "4")).arms().get(0);
    for (int replica = 0; replica < 3; replica++) {
      String seed = Integer.toString(4 + replica);
      ArmResult one = Study.run(settings("arms", arm, "seed", seed)).arms().get(0);
      assertSame(one, three.replicas(replica, replica + 1), 1e-12);
    }
    assertNotEquals(three.trainLoss()[0][0], three.trainLoss()[1][0]);
  }

  @Test
  void armsAtTheSameTimeChangeNothing() throws Exception {
    List<ArmResult> alone = Study.run(settings("replicas", "2")).arms();
    List<ArmResult> beside = Study.run(settings("replicas", "2", "threads", "2")).arms();
    for (int i = 0; i < alone.size(); i++) {
      assertSame(alone.get(i), beside.get(i), 1e-12);
    }
  }

  @Test
  void float32FollowsFloat64() throws Exception {
    for (Settings exact : List.of(settings(), iris())) {
      ArmResult one = Study.run(exact).arms().get(0);
      ArmResult other = Study.run(exact.with("precision", "float32")).arms().get(0);
      assertArrayEquals(one.trainLoss()[0], other.trainLoss()[0], 1e-4);
      assertNotEquals(one.trainLoss()[0][11], other.trainLoss()[0][11]);
    }
  }

  /** A batch that is as large as all rows is one step, on the same rows in another order. */
  @Test
  void aBatchOfAllRowsIsTheFullBatchButForItsOrder() throws Exception {
    ArmResult full = Study.run(settings("batch-size", "full")).arms().get(0);
    assertSame(full, Study.run(settings("batch-size", "353")).arms().get(0), 1e-12);
    assertSame(full, Study.run(settings("batch-size", "2147483647")).arms().get(0), 1e-12);
    // A last batch of one row joins the one before.
    assertSame(full, Study.run(settings("batch-size", "352")).arms().get(0), 1e-12);
  }

  /** Also the points of the article go in mini-batches, of which they take the sum. */
  @Test
  void pointsGoInMiniBatchesToo() throws Exception {
    Settings points =
        Settings.defaults().with("epochs", 5).with("hidden", 9).with("train-size", 100);
    ArmResult full = Study.run(points).arms().get(0);
    assertSame(full, Study.run(points.with("batch-size", 100)).arms().get(0), 1e-9);
    assertNotEquals(
        full.trainLoss()[0][4],
        Study.run(points.with("batch-size", 30)).arms().get(0).trainLoss()[0][4],
        1e-3);
  }

  /** A listener that stops after so many epochs of all networks. */
  private static StudyListener stopAfter(int epochs) {
    AtomicInteger left = new AtomicInteger(epochs);
    return new StudyListener() {
      @Override
      public void epochEnded(Arm arm, Replicas replicas, int epoch, double train, double test) {
        left.decrementAndGet();
      }

      @Override
      public boolean isStopping() {
        return left.get() <= 0;
      }
    };
  }

  private static StudyResult written(RunFolder into, StudyResult result) throws Exception {
    into.writeLosses(result);
    into.writeMetrics(result);
    into.writeDiagnostics(result);
    into.writeRun(result);
    return result;
  }

  /** The state of the number stream is part of what is saved. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 13, 20})
  void whatGoesOnEqualsWhatWasNeverInterrupted(int epochs) throws Exception {
    String arms = "batch-norm,djl-batch-norm,rms-norm";
    assertGoesOn(epochs, iris("replicas", "2", "arms", arms, "batch-size", "16"));
  }

  /** It remembers nothing, and what is nothing must be read again. */
  @Test
  void gradientDescentGoesOnToo() throws Exception {
    String arms = "batch-norm,rms-norm";
    assertGoesOn(9, iris("arms", arms, "batch-size", "16", "optimizer", "sgd", "init", "xavier"));
  }

  private void assertGoesOn(int epochs, Settings settings) throws Exception {
    try (RunFolder into = RunFolder.create(folder.resolve("whole"))) {
      written(into, Study.run(settings, into, Checkpoints.none(), "", StudyListener.NONE));
    }
    Path run = folder.resolve("run");
    try (RunFolder into = RunFolder.create(run)) {
      Checkpoints often = Checkpoints.in(into.checkpoints(), Cadence.parse("1h"));
      Study.run(settings, into, often, "", stopAfter(epochs));
    }
    try (RunFolder into = RunFolder.open(run)) {
      Checkpoints saved = Checkpoints.read(into.checkpoints(), Cadence.parse("1h"));
      written(into, Study.run(saved.saved(), into, saved, "", StudyListener.NONE));
    }
    for (String name :
        List.of(
            "losses.csv",
            "metrics.csv",
            "diagnostics.csv",
            settings.fit().replicas() == 1
                ? "models/rms-norm/rms-norm-0000.params"
                : "models/rms-norm/1/rms-norm-0000.params")) {
      assertEquals(-1, Files.mismatch(folder.resolve("whole").resolve(name), run.resolve(name)));
    }
  }

  @Test
  void aRunGoesOnWithAFileThatHasMovedButNotWithAnother() throws Exception {
    String first = file("first.csv", Files.readString(Path.of(DATA + "iris.csv")));
    Path run = folder.resolve("run");
    try (RunFolder into = RunFolder.create(run)) {
      Checkpoints kept = Checkpoints.in(into.checkpoints(), Cadence.parse("1h"));
      Study.run(iris("data", first), into, kept, "", stopAfter(5));
    }
    Path moved = Files.copy(Path.of(DATA + "iris.csv"), folder.resolve("moved.csv"));
    Path changed =
        Files.writeString(
            folder.resolve("changed.csv"),
            Files.readString(Path.of(DATA + "iris.csv")).replaceFirst("5\\.1", "5.2"));
    try (RunFolder into = RunFolder.open(run)) {
      Checkpoints saved = Checkpoints.read(into.checkpoints(), Cadence.parse("1h"));
      Settings other = saved.saved().with("data", changed);
      var error =
          assertThrows(
              SettingException.class, () -> Study.run(other, into, saved, "", StudyListener.NONE));
      assertTrue(
          error.getMessage().startsWith("--data must be the file that the run began with, of the"),
          error.getMessage());
    }
    try (RunFolder into = RunFolder.open(run)) {
      Checkpoints saved = Checkpoints.read(into.checkpoints(), Cadence.parse("1h"));
      Settings other = saved.saved().with("test-data", moved);
      assertThrows(RunException.class, () -> Study.run(other, into, saved, "", StudyListener.NONE));
    }
    try (RunFolder into = RunFolder.open(run)) {
      Checkpoints saved = Checkpoints.read(into.checkpoints(), Cadence.parse("1h"));
      Settings other = saved.saved().with("data", moved);
      assertTrue(Study.run(other, into, saved, "", StudyListener.NONE).isFinished());
    }
  }

  /** What a network looks like inside does not depend on the order of the file. */
  @Test
  void rowsInTheOrderOfAFileAreLookedAtInRandomOrder() throws Exception {
    StringBuilder rows = new StringBuilder("x,y\n");
    for (int i = 0; i < 500; i++) {
      rows.append(i).append(',').append(i % 7).append('\n');
    }
    String sorted = file("sorted.csv", rows.toString());
    StudyResult result =
        Study.run(
            settings(
                "data", sorted, "target", "y", "test-data", sorted, "arms", "none", "epochs", "1"));
    double[] ends =
        result.diagnostics().stream()
            .filter(row -> row.quantity() == Diagnostic.Quantity.Z_QUANTILE)
            .filter(row -> row.key().equals("0.01@1") || row.key().equals("0.99@1"))
            .mapToDouble(Diagnostic::value)
            .toArray();
    // x goes from -1.7 to 1.7; its first 40 rows span a twelfth of that.
    assertTrue(ends[1] - ends[0] > 1, Arrays.toString(ends));
  }

  @Test
  void theConfusionMatrixCountsEveryTestRow() throws Exception {
    StudyResult result = Study.run(iris("epochs", "40"));
    for (Outcome outcome : result.outcomes()) {
      int all = Arrays.stream(outcome.confusion()).flatMapToInt(Arrays::stream).sum();
      assertEquals(30, all);
      int right = 0;
      for (int i = 0; i < 3; i++) {
        right += outcome.confusion()[i][i];
      }
      ArmResult arm = result.arms().get(result.outcomes().indexOf(outcome));
      Metric accuracy = new Metric(Metric.Kind.ACCURACY, "species");
      assertEquals(right / 30.0, arm.finalMetric(accuracy, 0), 1e-15);
    }
  }

  @Test
  void predictionsAreInTheUnitsOfTheFile() throws Exception {
    Outcome outcome = Study.run(settings("epochs", "100")).outcomes().get(0);
    double mean = Arrays.stream(outcome.targets()).mapToDouble(row -> row[0]).average().orElse(0);
    double said =
        Arrays.stream(outcome.predictions()).mapToDouble(row -> row[0]).average().orElse(0);
    assertEquals(150, mean, 20); // 25 to 346 in the file.
    assertEquals(mean, said, 30);
    assertTrue(
        Arrays.stream(outcome.targets())
            .allMatch(row -> Math.abs(row[0] - Math.rint(row[0])) < 1e-9));
  }

  /** What a spreadsheet would take for a formula is text; numbers stay. */
  @Test
  void namesAreWrittenSoThatTheyCannotDoHarm() throws Exception {
    String name = "=HYPERLINK(\"x\",\"y\")\n";
    String rows = "x;\"" + name.replace("\"", "\"\"") + "\"\n1;2\n2;3\n3;5\n4;4\n5;6\n6;1\n";
    Settings settings =
        settings(
            "data",
            file("evil.csv", rows),
            "target",
            "\"" + name.replace("\"", "\"\"") + "\"",
            "delimiter",
            ";",
            "arms",
            "none");
    Path run = folder.resolve("run");
    try (RunFolder into = RunFolder.create(run)) {
      written(into, Study.run(settings, into, Checkpoints.none(), "", StudyListener.NONE));
    }
    String metrics = Files.readString(run.resolve("metrics.csv"));
    assertTrue(metrics.contains(",\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")"), metrics);
    assertEquals(
        Study.run(settings).arms().get(0).metrics().keySet(),
        RunReader.read(run).arms().get(0).metrics().keySet());
    assertEquals("-1e3", Texts.cell("-1e3"));
    assertEquals("'-1+1", Texts.cell("-1+1"));
    assertEquals("'@a", Texts.cell("@a"));
    assertEquals("a", Texts.cell("a"));
  }

  @Test
  void oneTargetThatIsConstantHasADeterminationOfZeroOrOne() throws Exception {
    String file = file("constant.csv", "x,y\n1,2\n2,2\n3,2\n4,2\n5,2\n6,2\n");
    ArmResult arm = Study.run(settings("data", file, "target", "y", "arms", "none")).arms().get(0);
    assertEquals(0, arm.finalMetric(new Metric(Metric.Kind.R2, "y"), 0));
  }

  /** Each column of the first replica is named, however many there are. */
  @Test
  void everyColumnThatLacksACategoryIsNamed() throws Exception {
    StringBuilder rows = new StringBuilder("a,b,c,d,e,f,g,h,y\n");
    for (int i = 0; i < 20; i++) {
      rows.append(("k" + i + ",").repeat(8)).append(i).append('\n');
    }
    List<String> warned = new ArrayList<>();
    Study.run(
        settings("data", file("rare.csv", rows.toString()), "target", "y", "replicas", "2"),
        new StudyListener() {
          @Override
          public void warned(String sentence) {
            warned.add(sentence);
          }
        });
    assertEquals(8, warned.stream().filter(text -> text.startsWith("Replica 0: ")).count());
    assertEquals(
        "There are 8 more such warnings, of other replicas.", warned.get(warned.size() - 1));
  }

  /** There is nothing to learn, and no loss. */
  @Test
  void oneClassIsLearnedAtOnce() throws Exception {
    String file = file("one.csv", "x,y\n1,a\n2,a\n3,a\n4,a\n5,a\n6,a\n");
    StudyResult result = Study.run(settings("data", file, "target", "y"));
    assertEquals(Task.CLASSIFICATION, result.data().orElseThrow().task());
    assertEquals(0, result.arms().get(0).trainLoss()[0][0]);
    assertTrue(result.isFinished());
  }

  @Test
  void tooFewRowsForAnArmAreNamed() throws Exception {
    String file = file("two.csv", "x,y\n1,2\n2,3\n");
    var error =
        assertThrows(
            SettingException.class, () -> Study.run(settings("data", file, "target", "y")));
    assertEquals(
        "--arms must have no batch-norm where there are fewer than 2 training rows, but is"
            + " 'batch-norm,none'.",
        error.getMessage());
  }

  /** Each replica's training rows are others. */
  @Test
  void aReplicaWhoseRowsCannotBePreparedIsFoundBeforeTraining() throws Exception {
    String file = file("median.csv", "a,y\n,1\n,2\n,3\n,4\n,5\n7,6\n");
    var error =
        assertThrows(
            TableException.class,
            () ->
                Study.run(
                    settings("data", file, "target", "y", "missing", "median", "replicas", "20")));
    assertTrue(error.getMessage().contains("column 'a'"), error.getMessage());
  }
}
