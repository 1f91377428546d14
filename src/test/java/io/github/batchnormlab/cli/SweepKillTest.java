package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sweeps that are killed at random moments, or interrupted, go on and end with the files of one
 * that was not.
 */
class SweepKillTest {
  private static final int KILLS = Integer.getInteger("kills", 4);

  private static final List<String> CELLS = List.of("001", "002", "003", "004");

  @TempDir private Path folder;

  private static List<String> sweep(int epochs, Path output, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                ("sweep --vary learning-rate=0.001,0.01 --vary hidden=6,9 --train-size 60"
                        + " --test-size 20 --replicas 2 --threads 2 --epochs "
                        + epochs
                        + " --output "
                        + output)
                    .split(" ")));
    all.addAll(List.of(more));
    return all;
  }

  private void assertSame(Path expected, Path found) throws Exception {
    for (String cell : CELLS) {
      SweepCommandTest.assertSame(
          expected.resolve("cells/" + cell), found.resolve("cells/" + cell));
    }
    for (String file : List.of("sweep.csv", "sweep.json", "report.html")) {
      assertEquals(-1, Files.mismatch(expected.resolve(file), found.resolve(file)), file);
    }
  }

  @Test
  void whatWasKilledGoesOnAsIfItHadNotBeen() throws Exception {
    Path whole = folder.resolve("whole");
    Child uninterrupted = Child.start(folder, sweep(300, whole, "--checkpoint-every", "0"));
    assertEquals(0, uninterrupted.await(), uninterrupted.err());

    Random random = new Random(System.nanoTime());
    int killed = 0;
    for (int run = 0; killed < KILLS; run++) {
      Path output = folder.resolve("run" + run);
      String[] options = {"--checkpoint-every", "1", "--parallel", Integer.toString(1 + run % 2)};
      Child child = Child.start(folder, sweep(300, output, options));
      while (child.process().isAlive() && !Files.exists(output.resolve("sweep.json"))) {
        Thread.sleep(1);
      }
      while (killed < KILLS) {
        Thread.sleep(random.nextInt(4_000));
        if (!child.process().isAlive()) {
          break;
        }
        child.process().destroyForcibly().waitFor();
        killed++;
        List<String> resume = new ArrayList<>(List.of("resume", output.toString()));
        resume.addAll(List.of(options));
        child = Child.start(folder, resume);
      }
      assertEquals(0, child.await(), child.err());
      assertFalse(child.err().contains("failed"), child.err());
      assertSame(whole, output);
    }
    System.out.println(killed + " kills; every sweep ended with the files of the one without");
  }

  private static void send(Child child) throws Exception {
    new ProcessBuilder("/bin/kill", "-TERM", Long.toString(child.process().pid()))
        .start()
        .waitFor();
  }

  @Test
  void theFirstSignalEndsTheEpochAndWritesWhatThereIs() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/kill")), "Only Unix systems have signals.");
    Path output = folder.resolve("sweep");
    Child child = Child.start(folder, sweep(3_000, output));
    child.awaitError("1 of 4 cells done, 1 running");
    assertEquals(1 + 4, Files.readAllLines(output.resolve("sweep.csv")).size(), "it has a cell");
    assertTrue(
        Files.readString(output.resolve("report.html"))
            .contains("This sweep is not at its end. Shown are 1 of 4 cells."),
        "a report is there, however the sweep ends");
    Path second = output.resolve("cells/002");
    while (!Files.exists(second.resolve("checkpoints/run.checkpoint"))) {
      assertTrue(child.process().isAlive(), child.err());
      Thread.sleep(1);
    }
    Child other = Child.start(folder, List.of("resume", output.toString()));
    assertEquals(2, other.await(), "one process uses the folder: the other is refused");
    assertTrue(other.err().contains("no other run is using"), other.err());
    send(child);
    assertEquals(143, child.await(), child.err());
    assertTrue(child.err().contains("Stopping after this epoch."), child.err());
    assertTrue(child.err().contains("To go on: mvn "), child.err());
    assertTrue(child.err().contains("resume " + output), child.err());
    assertFalse(Files.exists(output.resolve("cells/004")), "it has not begun");
    List<String> rows = Files.readAllLines(output.resolve("sweep.csv"));
    assertTrue(rows.size() >= 1 + 4 && rows.size() <= 1 + 12, rows::toString);
    String report = Files.readString(output.resolve("report.html"));
    assertTrue(report.contains("This sweep is not at its end. Shown are "), "the report");

    FileTime before = Files.getLastModifiedTime(output.resolve("cells/001/losses.csv"));
    Child resumed = Child.start(folder, List.of("resume", output.toString()));
    assertEquals(0, resumed.await(), resumed.err());
    assertEquals(before, Files.getLastModifiedTime(output.resolve("cells/001/losses.csv")));
    Path whole = folder.resolve("whole");
    Child uninterrupted = Child.start(folder, sweep(3_000, whole));
    assertEquals(0, uninterrupted.await(), uninterrupted.err());
    assertSame(whole, output);
  }

  @Test
  void beforeTheFirstEpochNothingStays() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/kill")), "Only Unix systems have signals.");
    Path output = folder.resolve("made/sweep");
    String command = "sweep --vary seed=1,2 --epochs 10 --train-size 1000000 --test-size 10";
    Child child = Child.start(folder, List.of((command + " --output " + output).split(" ")));
    while (!Files.exists(output.resolve("cells/001/checkpoints/run.checkpoint"))) {
      assertTrue(child.process().isAlive(), child.err());
      Thread.sleep(1);
    }
    send(child);
    assertEquals(143, child.await(), child.err());
    assertFalse(child.err().contains("To go on"), child.err());
    try (Stream<Path> files = Files.list(folder)) {
      assertFalse(files.anyMatch(file -> file.endsWith("made")), child.err());
    }
  }
}
