package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs that are killed at random moments and go on end with the files of a run that was not.
 *
 * <p>{@code -Dkills=100} kills so many; the Maven profile {@code kills} does that.
 */
class KillTest {
  private static final int KILLS = Integer.getInteger("kills", 5);

  /** A checkpoint after each epoch: most of the time is spent in writing them. */
  private static final List<String> SETTINGS =
      List.of(
          "--epochs 1500 --hidden 10 --train-size 60 --test-size 20 --replicas 2 --threads 2"
              .split(" "));

  private static final List<String> OFTEN = List.of("--checkpoint-every", "1");

  @TempDir private Path folder;

  private static List<String> join(List<String> first, String... second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(List.of(second));
    return all;
  }

  private List<Path> results(Path run) throws Exception {
    try (Stream<Path> models = Files.walk(run.resolve("models"))) {
      return Stream.concat(
              Stream.of(run.resolve("losses.csv"), run.resolve("diagnostics.csv")),
              models.filter(Files::isRegularFile).sorted())
          .map(run::relativize)
          .toList();
    }
  }

  /** Most of the kills shall hit the training and the writing of the results, not the start. */
  private static void awaitTraining(Child child) throws Exception {
    while (child.process().isAlive() && !child.err().contains("epoch")) {
      Thread.sleep(1);
    }
  }

  @Test
  void whatWasKilledGoesOnAsIfItHadNotBeen() throws Exception {
    Path whole = folder.resolve("whole");
    Child uninterrupted =
        Child.start(
            folder, join(SETTINGS, "--checkpoint-every", "0", "--output", whole.toString()));
    assertEquals(0, uninterrupted.await(), uninterrupted.err());
    assertFalse(Files.exists(whole.resolve("checkpoints")));
    List<Path> expected = results(whole);
    assertEquals(6, expected.size());

    Random random = new Random(System.nanoTime());
    int killed = 0;
    for (int run = 0; killed < KILLS; run++) {
      Path output = folder.resolve("run" + run);
      Child child =
          Child.start(
              folder,
              join(join(SETTINGS, "--output", output.toString()), OFTEN.get(0), OFTEN.get(1)));
      // Before its first checkpoint a run has nothing that could be lost, and nothing to go on
      // from.
      while (child.process().isAlive()
          && !Files.exists(output.resolve("checkpoints/run.checkpoint"))) {
        Thread.sleep(1);
      }
      // A run may be killed several times before it may end.
      while (killed < KILLS) {
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
      assertEquals(expected, results(output));
      for (Path file : expected) {
        assertEquals(
            -1, Files.mismatch(whole.resolve(file), output.resolve(file)), file.toString());
      }
    }
    System.out.println(killed + " kills; every run ended with the files of the one without");
  }
}
