package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.batchnormlab.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full and folders that go away while a real process trains. */
class FolderFailureTest {
  private static final String SMALL =
      "--epochs 8000 --hidden 10 --train-size 50 --test-size 20 --arms none";

  private static final int ROWS = 8_001;

  @TempDir private Path folder;

  private static List<String> options(Path output) {
    return options(output, "500"); // However fast the machine is, some come after the failure.
  }

  private static List<String> options(Path output, String checkpointEvery) {
    return List.of(
        (SMALL + " --checkpoint-every " + checkpointEvery + " --output " + output).split(" "));
  }

  private static long rows(Path run) throws IOException {
    try (Stream<String> lines = Files.lines(run.resolve("losses.csv"))) {
      return lines.count();
    }
  }

  private static void assertNoStackTrace(Child child) throws IOException {
    assertFalse(child.err().contains("\tat "), child.err());
    assertFalse(child.err().contains("Exception"), child.err());
  }

  @Test
  void aFolderThatIsRemovedIsMadeAnew() throws Exception {
    Path run = folder.resolve("run");
    Child child = Child.start(folder, options(run));
    child.awaitError("epoch 800/");
    Folders.delete(run);
    assertEquals(0, child.await(), child.err());
    assertEquals(ROWS, rows(run));
    for (String file : List.of("report.html", "run.json", "batch_norm.png")) {
      assertTrue(Files.size(run.resolve(file)) > 0, file);
    }
    assertEquals(0, resumed(run).await(), "its checkpoints are good");
  }

  @Test
  void aFolderThatCannotBeMadeAnewEndsInASentenceForEachFile() throws Exception {
    Path run = folder.resolve("run");
    Child child = Child.start(folder, options(run));
    child.awaitError("epoch 800/");
    Folders.delete(run);
    Files.writeString(run, "mine");
    assertEquals(1, child.await(), child.err());
    assertNoStackTrace(child);
    assertTrue(
        child.err().contains("Warning: No checkpoint could be written (" + run), child.err());
    assertTrue(child.err().contains("epoch 8000/8000"), "the training went on");
    for (String file : List.of("losses.csv", "report.html", "run.json", "batch_norm.png")) {
      assertTrue(
          child.err().contains(file + " could not be written (" + run + ": a file is in the way)."),
          child.err());
    }
    assertTrue(child.err().contains("A model could not be written (" + run), child.err());
    assertEquals("mine", Files.readString(run));
  }

  @Test
  void aFileThatCannotBeReplacedLeavesTheOthers() throws Exception {
    Path run = folder.resolve("run");
    Child child = Child.start(folder, options(run));
    child.awaitError("epoch 800/");
    Files.createDirectories(run.resolve("losses.csv/something"));
    assertEquals(1, child.await(), child.err());
    assertNoStackTrace(child);
    assertTrue(child.err().contains("losses.csv could not be written (" + run), child.err());
    assertTrue(Files.size(run.resolve("report.html")) > 0);
    assertTrue(Files.isDirectory(run.resolve("losses.csv/something")));
  }

  /** A shell's limit on the size of a file, where no small file system can be made. */
  @Test
  void aFileThatMayNotGrowLeavesTheOthers() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "It takes a shell to set a limit.");
    Path run = folder.resolve("run");
    // 1,500 blocks of 1,024 bytes: enough for everything but the report.
    List<String> limited = List.of("/bin/bash", "-c", "ulimit -f 1500; exec \"$@\"", "bash");
    Child child = Child.start(folder, limited, List.of("-XX:-UsePerfData"), options(run));
    assertEquals(1, child.await(), child.err());
    assertNoStackTrace(child);
    assertTrue(child.err().contains("report.html could not be written (" + run), child.err());
    assertFalse(Files.exists(run.resolve("report.html")), "no half report");
    assertEquals(ROWS, rows(run));
    assertEquals(0, resumed(run).await());
    assertTrue(Files.size(run.resolve("report.html")) > 0);
  }

  private Child resumed(Path run) throws IOException {
    return Child.start(folder, List.of("resume", run.toString()));
  }

  @Test
  void aFullDiskLeavesWhatWasWrittenWhole() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(mount("-t", "tmpfs", "-o", "size=100k", "none", disk.toString()), "It takes root.");
    try {
      Path run = disk.resolve("run");
      // By epochs, so that the last checkpoints are too large for the disk at any speed.
      Child child = Child.start(folder, options(run, "400"));
      assertEquals(1, child.await(), child.err());
      assertNoStackTrace(child);
      assertTrue(
          child
              .err()
              .contains("Warning: No checkpoint could be written (" + run.resolve("checkpoints")),
          child.err());
      assertTrue(
          child.err().contains(": No space left on device); the training goes on."), child.err());
      assertTrue(child.err().contains("report.html could not be written (" + run), child.err());
      assertTrue(child.err().contains("epoch 8000/8000"), "the training went on");
      assertTrue(mount("-o", "remount,size=50m", disk.toString()));
      Child rest = resumed(run);
      assertEquals(0, rest.await(), rest.err());
      assertFalse(rest.err().contains("damaged"), rest.err());
      assertEquals(ROWS, rows(run));
    } finally {
      new ProcessBuilder("umount", disk.toString()).start().waitFor();
    }
  }

  private static boolean mount(String... options) {
    try {
      List<String> command = Stream.concat(Stream.of("mount"), Stream.of(options)).toList();
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException | InterruptedException e) {
      return false;
    }
  }
}
