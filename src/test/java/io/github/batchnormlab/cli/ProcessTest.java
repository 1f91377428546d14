package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.data.TinyImages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own: exit codes, silence, and a heap that is hardly enough. */
class ProcessTest {
  private static final List<String> SMALL =
      List.of("--epochs", "60", "--hidden", "32", "--train-size", "200", "--test-size", "50");

  @TempDir private Path folder;

  private Child child;

  private int run(List<String> jvmOptions, List<String> options) throws Exception {
    child = Child.start(folder, List.of(), jvmOptions, options);
    return child.await();
  }

  private List<String> small(Path output) {
    List<String> options = new ArrayList<>(SMALL);
    options.addAll(List.of("--output", output.toString()));
    return options;
  }

  @Test
  void aTinyHeapGivesTheSameLosses() throws Exception {
    Path roomy = folder.resolve("roomy");
    Path tight = folder.resolve("tight");
    assertEquals(0, run(List.of(), small(roomy)), () -> "roomy");
    assertEquals(
        0,
        run(
            List.of(
                "-XX:+UseSerialGC", "-Xmx64m", "-Xmn1m", "-Xlog:gc:file=" + folder.resolve("gc")),
            small(tight)),
        () -> "tight");
    assertTrue(
        Files.readString(folder.resolve("gc"))
                .lines()
                .filter(line -> line.contains("Pause"))
                .count()
            > 50);
    assertEquals(
        Files.readString(roomy.resolve("losses.csv")),
        Files.readString(tight.resolve("losses.csv")));
  }

  @Test
  void onlyProgressGoesToTheErrorStream() throws Exception {
    assertEquals(0, run(List.of(), small(folder.resolve("run"))));
    for (String line : child.err().lines().toList()) {
      assertTrue(line.matches("(batch-norm|none) +epoch \\d+/60 .* left"), line);
    }
    assertTrue(child.out().contains("Report: "), child.out());
  }

  /** Offline, so that nothing could be downloaded in its place. */
  @Test
  void aFolderWithTheNameOfADownloadIsRead() throws Exception {
    TinyImages.write(folder.resolve("mnist"), 20, 12);
    for (String data : List.of("mnist", "./mnist", "mnist/")) {
      child =
          Child.start(
              folder,
              List.of("sh", "-c", "cd \"$0\" && exec \"$@\"", folder.toString()),
              List.of("-Dai.djl.offline=true"),
              List.of("--data", data, "--hidden", "2", "--epochs", "1", "--quiet"));
      assertEquals(0, child.await(), child.err());
    }
  }

  @Test
  void theExitCodesOfRefusalAndFailureDiffer() throws Exception {
    assertEquals(2, run(List.of(), List.of("--epochs", "0")));
    assertEquals("--epochs must be at least 1, but is '0'." + System.lineSeparator(), child.err());
  }

  /** Twice as many points as fit; and if the estimate did not see it, Java would still say so. */
  @Test
  void aStudyThatDoesNotFitIsRefusedWithTheEstimate() throws Exception {
    List<String> options = new ArrayList<>(small(folder.resolve("run")));
    options.addAll(List.of("--arms", "none"));
    options.set(options.indexOf("--train-size") + 1, "2000000");
    assertEquals(2, run(List.of("-Xmx64m"), options));
    assertEquals(1, child.err().lines().count(), child.err());
    assertTrue(
        child
            .err()
            .matches("--train-size must .* about 0\\.[12]\\d GB .* 0\\.0\\d GB.*'2000000'\\.\\R"),
        child.err());
    assertFalse(Files.exists(folder.resolve("run")));
  }
}
