package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own: exit codes, silence, and a heap that is hardly enough. */
class ProcessTest {
  private static final List<String> SMALL =
      List.of("--epochs", "60", "--hidden", "32", "--train-size", "200", "--test-size", "50");

  @TempDir private Path folder;

  private int run(List<String> jvmOptions, List<String> options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", classPath(), Main.class.getName()));
    command.addAll(options);
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    assertTrue(process.waitFor(2, TimeUnit.MINUTES), "the process ends");
    return process.exitValue();
  }

  /** Surefire hides the class path in a jar's manifest, but keeps it in a property of its own. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private List<String> small(Path output) {
    List<String> options = new ArrayList<>(SMALL);
    options.addAll(List.of("--output", output.toString()));
    return options;
  }

  private String read(String file) throws Exception {
    return Files.readString(folder.resolve(file), StandardCharsets.UTF_8);
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
    assertTrue(read("gc").lines().filter(line -> line.contains("Pause")).count() > 50);
    assertEquals(
        Files.readString(roomy.resolve("losses.csv")),
        Files.readString(tight.resolve("losses.csv")));
  }

  @Test
  void onlyProgressGoesToTheErrorStream() throws Exception {
    assertEquals(0, run(List.of(), small(folder.resolve("run"))));
    for (String line : read("err").lines().toList()) {
      assertTrue(line.matches("(batch-norm|none) +epoch \\d+/60 .* left"), line);
    }
    assertTrue(read("out").contains("Report: "), read("out"));
  }

  @Test
  void theExitCodesOfRefusalAndFailureDiffer() throws Exception {
    assertEquals(2, run(List.of(), List.of("--epochs", "0")));
    assertEquals("--epochs must be at least 1, but is '0'." + System.lineSeparator(), read("err"));
    List<String> options = new ArrayList<>(small(folder.resolve("run")));
    options.removeAll(List.of("--train-size", "200"));
    options.addAll(List.of("--train-size", "5000000"));
    assertEquals(1, run(List.of("-Xmx64m"), options));
    assertEquals(1, read("err").lines().count(), read("err"));
    assertTrue(read("err").contains("memory"), read("err"));
  }
}
