package io.github.batchnormlab.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The system's Python, with what Debian's packages bring. */
public final class Python {
  private static final String PYTHON = "/usr/bin/python3";
  private static final long MINUTES = 3;

  private Python() {}

  /** Skips a test where a module is not installed; on the project's own machine it then fails. */
  public static void need(Path folder, String module) throws Exception {
    assumeTrue(has(folder, module), "There is no Python with " + module);
  }

  /** Whether a module is installed; on the project's own machine it is taken to be. */
  public static boolean has(Path folder, String module) throws Exception {
    return System.getenv("CI") != null
        || Files.isExecutable(Path.of(PYTHON))
            && process(folder.resolve("python-has"), List.of("-c", "import " + module)) == 0;
  }

  /**
   * Runs Python and expects that it ends well.
   *
   * @param folder where what it prints goes
   * @return the lines that it prints
   */
  public static List<String> run(Path folder, List<String> arguments) throws Exception {
    Path out = folder.resolve("python");
    int code = process(out, arguments);
    assertEquals(0, code, () -> errors(out));
    return Files.readAllLines(out, StandardCharsets.UTF_8);
  }

  private static String errors(Path out) {
    try {
      return Files.readString(Path.of(out + ".err"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it says of errors goes to a file beside: a library's warning is no prediction. */
  private static int process(Path out, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(PYTHON));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(new File(out + ".err"));
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1"); // Nothing into the sources.
    Process process = builder.start();
    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("Python did not end: " + command);
    }
    return process.exitValue();
  }
}
