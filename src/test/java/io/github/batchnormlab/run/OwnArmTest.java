package io.github.batchnormlab.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.nn.Block;
import io.github.batchnormlab.ReadmeCode;
import io.github.batchnormlab.model.NormalizationLayer;
import io.github.batchnormlab.nn.BatchNorm;
import io.github.batchnormlab.nn.LayerNorm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import io.github.batchnormlab.study.StudyResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers of a user's own as arms. */
class OwnArmTest {

  /** A layer as a user would write it. */
  public static final class Rows implements NormalizationLayer {
    @Override
    public Block make(int features, Settings settings) {
      return LayerNorm.builder().optEpsilon(settings.net().epsilon()).build();
    }
  }

  /** A layer whose statistics are those of a batch, and that has running ones. */
  public static final class Batch implements NormalizationLayer {
    @Override
    public Block make(int features, Settings settings) {
      return BatchNorm.builder().build();
    }
  }

  /** A layer whose initial weights are random. */
  public static final class Random implements NormalizationLayer {
    @Override
    public Block make(int features, Settings settings) {
      return ai.djl.nn.core.Linear.builder().setUnits(features).build();
    }
  }

  /** A layer that changes the number of features. */
  public static final class Wider implements NormalizationLayer {
    @Override
    public Block make(int features, Settings settings) {
      return ai.djl.nn.core.Linear.builder().setUnits(features + 1).build();
    }
  }

  /** A layer that cannot be made. */
  public static final class Broken implements NormalizationLayer {
    @Override
    public Block make(int features, Settings settings) {
      throw new IllegalStateException("there is no such layer");
    }
  }

  /** A layer that gives nothing. */
  public static final class Nothing implements NormalizationLayer {
    @Override
    public Block make(int features, Settings settings) {
      return null;
    }
  }

  private static Settings settings(String arms) {
    return Settings.parse(
        Map.of(
            "data", "src/test/resources/data/diabetes.csv",
            "target", "target",
            "hidden", "8,6",
            "activation", "relu",
            "batch-size", "64",
            "epochs", "12",
            "replicas", "2",
            "threads", "1",
            "arms", arms));
  }

  private static String named(String name, Class<?> type) {
    return name + "=" + type.getName();
  }

  @Test
  void aLayerOfOnesOwnTrainsAsTheSameLayerOfTheProgram() throws Exception {
    String own = named("mine", Rows.class) + "," + named("yours", Batch.class);
    StudyResult result = Study.run(settings("layer-norm,batch-norm," + own));
    for (int replica = 0; replica < 2; replica++) {
      assertArrayEquals(
          result.arms().get(0).testLoss()[replica],
          result.arms().get(2).testLoss()[replica],
          1e-13);
      // Its bias is not known to be without influence, so it moves; the training loss cannot tell.
      assertArrayEquals(
          result.arms().get(1).trainLoss()[replica],
          result.arms().get(3).trainLoss()[replica],
          1e-12);
    }
    assertEquals("mine", result.arms().get(2).arm().id());
  }

  @Test
  void theLayerOfTheReadmeIsOne(@TempDir Path classes) throws Exception {
    var layer =
        (NormalizationLayer) ReadmeCode.compile("MyNorm", classes).getConstructor().newInstance();
    assertTrue(layer.make(5, settings("none")) instanceof LayerNorm);
  }

  /** Also if several are made at the same time. */
  @Test
  void randomWeightsOfALayerOfOnesOwnAreThoseOfTheSeed() throws Exception {
    Settings both =
        settings(named("one", Random.class) + "," + named("two", Random.class))
            .with("replicas", 3)
            .with("threads", 2);
    StudyResult first = Study.run(both);
    StudyResult second = Study.run(both);
    ArmResult alone =
        Study.run(settings(named("one", Random.class)).with("replicas", 1).with("seed", 2))
            .arms()
            .get(0);
    for (ArmResult arm : first.arms()) {
      assertArrayEquals(second.arms().get(0).trainLoss(), arm.trainLoss());
      assertArrayEquals(alone.trainLoss()[0], arm.trainLoss()[2], 1e-12);
    }
  }

  /** Also what a block of one's own has to learn, and its running statistics, are saved. */
  @Test
  void aStudyWithALayerOfOnesOwnGoesOnAndIsReadBack(@TempDir Path folder) throws Exception {
    Settings settings = settings(named("mine", Batch.class));
    StudyResult whole = Study.run(settings);
    Path run = folder.resolve("run");
    try (RunFolder into = RunFolder.create(run)) {
      Checkpoints every = Checkpoints.in(into.checkpoints(), Cadence.parse("1"));
      Study.run(settings.with("epochs", 5), into, every, "", StudyListener.NONE);
    }
    StudyResult extended;
    try (RunFolder into = RunFolder.open(run)) {
      Checkpoints saved = Checkpoints.read(into.checkpoints(), Cadence.parse("1"));
      extended = Study.run(saved.saved().with("epochs", 12), into, saved, "", StudyListener.NONE);
      into.writeLosses(extended);
      into.writeMetrics(extended);
      into.writeDiagnostics(extended);
      into.writeRun(extended);
    }
    assertArrayEquals(whole.arms().get(0).testLoss(), extended.arms().get(0).testLoss());
    assertTrue(Files.exists(run.resolve("models/mine/0/mine-0000.params")));
    StudyResult read = RunReader.read(run);
    assertArrayEquals(whole.arms().get(0).trainLoss(), read.arms().get(0).trainLoss());
    assertEquals(whole.data(), read.data());
    whole
        .arms()
        .get(0)
        .metrics()
        .forEach(
            (metric, values) ->
                assertArrayEquals(values, read.arms().get(0).metrics().get(metric)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mine=no.such.Norm | must name a class on the class path, such as one in"
            + " src/main/java",
        "mine=java.lang.String | must name a class that implements"
            + " io.github.batchnormlab.model.NormalizationLayer",
        "mine=java.util.List | must name a public class with a public constructor without"
            + " parameters that does not fail (java.util.List.<init>())",
        "mine=io.github.batchnormlab.run.OwnArmTest$Broken | must name a class that makes a block"
            + " (there is no such layer)",
        "mine=io.github.batchnormlab.run.OwnArmTest$Wider | must name a layer that rows go through"
            + " (The block Linear(2, 8) -> (2, 9) makes (2, 9) of (2, 8))",
        "mine=io.github.batchnormlab.run.OwnArmTest$Nothing | must name a class that makes a block,"
            + " and not null",
      })
  void aClassThatMakesNoLayerIsNamed(String arm, String rule) {
    var error = assertThrows(SettingException.class, () -> Study.run(settings("none," + arm)));
    assertEquals("--arms " + rule + ", but is '" + arm + "'.", error.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"none=a.B", "Mine=a.B", "mine", "mine=", "=a.B", "../x=a.B"})
  void aNameThatIsNoneIsRefused(String arm) {
    assertThrows(SettingException.class, () -> settings(arm));
  }
}
