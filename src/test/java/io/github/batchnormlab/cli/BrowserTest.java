package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --show} says where a script stands in for the opener of a Linux desktop. */
class BrowserTest {
  private static final Path ENV = Path.of("/usr/bin/env");

  @TempDir private Path folder;

  @BeforeEach
  void needsLinux() {
    assumeTrue(Files.isDirectory(Path.of("/proc/self")) && Files.isExecutable(ENV), "On Linux.");
  }

  /** Runs a small study that shows its report, with nothing on the path but one script. */
  private Child show(String script) throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    if (!script.isEmpty()) {
      Path opener = bin.resolve("xdg-open");
      Files.writeString(opener, "#!/bin/sh\n" + script + "\n");
      assertTrue(opener.toFile().setExecutable(true));
    }
    List<String> options =
        new ArrayList<>(List.of("--epochs 2 --hidden 4 --train-size 20 --quiet".split(" ")));
    options.addAll(List.of("--show", "--output", folder.resolve("run").toString()));
    Child child = Child.start(folder, List.of(ENV.toString(), "PATH=" + bin), List.of(), options);
    assertEquals(0, child.await(), child.err());
    return child;
  }

  private void assertSaysSo(Child child) throws Exception {
    String address = folder.resolve("run/report.html").toUri().toString();
    assertEquals(
        "Warning: No browser could be started; open " + address + " yourself.\n", child.err());
  }

  @Test
  void withoutAnOpenerItSaysSo() throws Exception {
    assertSaysSo(show(""));
  }

  @Test
  void anOpenerThatFindsNoBrowserSaysSo() throws Exception {
    assertSaysSo(show("echo no method available >&2; exit 3"));
  }

  @Test
  void anOpenerThatIsDoneIsNoNews() throws Exception {
    assertEquals("", show("echo \"$1\" >" + folder.resolve("opened")).err());
    assertEquals(
        folder.resolve("run/report.html").toUri() + "\n",
        Files.readString(folder.resolve("opened")));
  }

  /** It may be the browser itself, which stays. */
  @Test
  void anOpenerThatStaysIsNotWaitedFor() throws Exception {
    long start = System.nanoTime();
    Child child = show("/bin/sleep 20; echo >" + folder.resolve("closed"));
    assertEquals("", child.err());
    assertFalse(Files.exists(folder.resolve("closed")), (System.nanoTime() - start) / 1e9 + " s");
  }
}
