package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Letters that the locale of a real process does not have. */
class LocalesTest {
  private static final Path SH = Path.of("/bin/sh");

  @TempDir private Path folder;

  @BeforeEach
  void needsLinux() {
    assumeTrue(
        Files.isDirectory(Path.of("/proc/self")) && Files.isExecutable(SH),
        "Elsewhere the locale has no part in the names of files.");
  }

  /** Runs a line of a shell, in which RUN is the program; gives what the program said. */
  private String said(int code, String line) throws Exception {
    String java = "'" + String.join("' '", Child.command(List.of())) + "'";
    // The shell reads bytes: what stands here in UTF-8 is no matter of the locale of this test.
    Path script = folder.resolve("script");
    Files.writeString(script, "cd '" + folder + "'\n" + line.replace("RUN", java) + "\n");
    Path out = folder.resolve("out");
    ProcessBuilder shell = new ProcessBuilder(SH.toString(), script.toString());
    shell.environment().put("LC_ALL", "C");
    Process process = shell.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    String said = Files.readString(out, StandardCharsets.ISO_8859_1);
    assertEquals(code, process.exitValue(), said);
    return said;
  }

  @ParameterizedTest
  @CsvSource({
    "--output grün, --output must",
    "resume grün, RUN must",
    "compare grün, RUN must",
  })
  void aFolderThatTheLocaleCannotNameIsRefusedInOneSentence(String arguments, String start)
      throws Exception {
    String said = said(2, "RUN " + arguments);
    assertEquals(1, said.lines().count(), said);
    assertTrue(said.startsWith(start), said);
    assertTrue(said.contains("LC_ALL=C.UTF-8"), said);
    assertFalse(said.contains("Exception") || said.contains("java."), said);
  }

  @Test
  void aStartInSuchAFolderIsRefusedTooBeforeAnythingIsTouched() throws Exception {
    String said = said(2, "mkdir grün; cd grün; RUN --epochs 2");
    assertEquals(1, said.lines().count(), said);
    assertTrue(said.startsWith("The folder of the start must"), said);
    assertTrue(said(0, "ls grün").isEmpty(), "nothing is left");
  }

  @Test
  void helpCanBeReadEverywhere() throws Exception {
    assertTrue(said(0, "mkdir grün; cd grün; RUN --help").contains("--epochs"));
  }
}
