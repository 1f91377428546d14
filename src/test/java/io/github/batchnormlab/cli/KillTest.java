package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.batchnormlab.data.TinyImages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs that are killed at random moments and go on end with the files of a run that was not.
 *
 * <p>{@code -Dkills=100} kills so many; the Maven profile {@code kills} does that.
 */
class KillTest {
  /** Of two kinds of study together. */
  private static final int KILLS = Integer.getInteger("kills", 4);

  /** The article's points, and a table in mini-batches. */
  private static final String POINTS =
      "--epochs 1500 --hidden 10 --train-size 60 --test-size 20 --replicas 2 --threads 2";

  private static final String TABLE =
      "--data "
          + Path.of("src/test/resources/data/iris.csv").toAbsolutePath()
          + " --target species --epochs 400 --hidden 6,5 --batch-size 16 --replicas 2 --threads 2"
          + " --arms batch-norm,rms-norm";

  /** The folder is written for each test. */
  private static final String IMAGES =
      "--data IMAGES --conv 2x2 --hidden 5 --epochs 150 --batch-size 16 --replicas 2 --threads 2"
          + " --arms batch-norm,rms-norm --optimizer sgd";

  /** A checkpoint after each epoch: most of the time is spent in writing them. */
  private static final List<String> OFTEN = List.of("--checkpoint-every", "1");

  @TempDir private Path folder;

  static List<String> studies() {
    return List.of(POINTS, TABLE, IMAGES);
  }

  private static List<String> join(List<String> first, String... second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(List.of(second));
    return all;
  }

  /** Most of the kills shall hit the training and the writing of the results, not the start. */
  private static void awaitTraining(Child child) throws Exception {
    while (child.process().isAlive() && !child.err().contains("epoch")) {
      Thread.sleep(1);
    }
  }

  @ParameterizedTest
  @MethodSource("studies")
  void whatWasKilledGoesOnAsIfItHadNotBeen(String study) throws Exception {
    Path images = TinyImages.write(folder.resolve("images"), 60, 20);
    List<String> settings = List.of(study.replace("IMAGES", images.toString()).split(" "));
    int kills = (KILLS + 1) / 2;
    Path whole = folder.resolve("whole");
    Child uninterrupted =
        Child.start(
            folder, join(settings, "--checkpoint-every", "0", "--output", whole.toString()));
    assertEquals(0, uninterrupted.await(), uninterrupted.err());
    assertFalse(Files.exists(whole.resolve("checkpoints")));
    List<Path> expected = SweepCommandTest.results(whole);
    assertEquals(study.equals(POINTS) ? 14 : 15, expected.size());

    Random random = new Random(System.nanoTime());
    int killed = 0;
    for (int run = 0; killed < kills; run++) {
      Path output = folder.resolve("run" + run);
      Child child =
          Child.start(
              folder,
              join(join(settings, "--output", output.toString()), OFTEN.get(0), OFTEN.get(1)));
      // Before its first checkpoint a run has nothing that could be lost, and nothing to go on
      // from.
      while (child.process().isAlive()
          && !Files.exists(output.resolve("checkpoints/run.checkpoint"))) {
        Thread.sleep(1);
      }
      // A run may be killed several times before it may end.
      while (killed < kills) {
        if (random.nextInt(3) > 0) {
          awaitTraining(child);
        }
        Thread.sleep(random.nextInt(2_000));
        if (!child.process().isAlive()) {
          break;
        }
        child.process().destroyForcibly().waitFor();
        killed++;
        child =
            Child.start(
                folder, join(List.of("resume", output.toString()), OFTEN.get(0), OFTEN.get(1)));
      }
      assertEquals(0, child.await(), child.err());
      assertFalse(child.err().contains("damaged"), child.err());
      assertEquals(expected, SweepCommandTest.results(output));
      for (Path file : expected) {
        assertEquals(
            -1, Files.mismatch(whole.resolve(file), output.resolve(file)), file.toString());
      }
    }
    System.out.println(killed + " kills; every run ended with the files of the one without");
  }
}
