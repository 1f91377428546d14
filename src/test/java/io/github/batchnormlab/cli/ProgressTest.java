package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Progress bars, on a terminal. */
class ProgressTest {
  private static final Path SCRIPT = Path.of("/usr/bin/script");

  @TempDir private Path folder;

  /** A bar moves up by as many lines as there are bars, and draws over what it finds there. */
  @Test
  void whatIsSaidBeforeTrainingStandsAboveTheBars() throws Exception {
    assumeTrue(Files.isExecutable(SCRIPT), "It takes a program that makes a terminal.");
    int many = Runtime.getRuntime().availableProcessors() + 1;
    String options = "--epochs 30 --hidden 4 --train-size 20 --threads " + many + " --output ";
    List<String> command = Child.command(List.of((options + folder.resolve("run")).split(" ")));
    Path screen = folder.resolve("screen");
    Process terminal =
        new ProcessBuilder(SCRIPT.toString(), "-qefc", String.join(" ", command), "/dev/null")
            .redirectErrorStream(true)
            .redirectOutput(screen.toFile())
            .start();
    assertTrue(terminal.waitFor(1, TimeUnit.MINUTES), "it ends");
    String shown = Files.readString(screen, StandardCharsets.ISO_8859_1);
    assertEquals(0, terminal.exitValue(), shown);
    int warning = shown.indexOf("Warning: --threads " + many);
    int bar = shown.indexOf("0% [");
    assertTrue(0 <= warning && warning < bar, shown);
  }
}
