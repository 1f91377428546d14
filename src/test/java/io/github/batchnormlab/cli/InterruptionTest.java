package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.batchnormlab.run.RunException;
import io.github.batchnormlab.run.RunReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ctrl-C and SIGTERM, sent to a real process. */
class InterruptionTest {
  /** The promise is 2 s; a test machine may be busy with something else. */
  private static final double MOST_SECONDS = 10;

  private static final Path STATUS = Path.of("/proc/self/status");

  @TempDir private Path folder;

  @BeforeEach
  void needsAUnixSystem() {
    assumeTrue(Files.isExecutable(Path.of("/bin/kill")), "Only Unix systems have signals.");
  }

  private static void send(String signal, Child child) throws Exception {
    new ProcessBuilder("/bin/kill", "-" + signal, Long.toString(child.process().pid()))
        .start()
        .waitFor();
  }

  /** A process that was started in the background of a shell ignores Ctrl-C, and so do we. */
  private static boolean isIgnored(String signal) throws Exception {
    if (!signal.equals("INT") || !Files.isReadable(STATUS)) {
      return false;
    }
    String mask =
        Files.readAllLines(STATUS).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElseThrow()
            .replaceFirst("SigIgn:\\s*", "");
    return (Long.parseUnsignedLong(mask, 16) >> 1 & 1) == 1;
  }

  private Child start(String options) throws Exception {
    return Child.start(
        folder, List.of((options + " --output " + folder.resolve("run")).split(" ")));
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void theFirstEndsTheRunWithWhatThereIs(String signal, int code) throws Exception {
    assumeTrue(!isIgnored(signal), "SIGINT is ignored here.");
    Child child = start("--epochs 200000 --hidden 20 --train-size 100 --test-size 30");
    child.awaitError("epoch 20000/");
    Path run = folder.resolve("run");
    Child second = Child.start(folder, List.of("resume", run.toString()));
    assertEquals(2, second.await(), "one process uses the folder: the other is refused");
    assertTrue(second.err().contains("no other run is using"), second.err());

    long start = System.nanoTime();
    send(signal, child);
    assertEquals(code, child.await(), child.err());
    double seconds = (System.nanoTime() - start) / 1e9;
    assertTrue(seconds < MOST_SECONDS, seconds + " s");

    assertTrue(child.err().contains("Stopping after this epoch."), child.err());
    assertTrue(child.err().contains("resume " + run), child.err());
    for (String file :
        List.of(
            "losses.csv",
            "diagnostics.csv",
            "batch_norm.png",
            "run.json",
            "models/none/none-0000.params",
            "checkpoints/none-0.checkpoint")) {
      assertTrue(Files.size(run.resolve(file)) > 0, file);
    }
    String report = Files.readString(run.resolve("report.html"));
    assertTrue(report.contains("This run was interrupted. Shown are the first "), "the report");
    assertTrue(child.out().contains("This run was interrupted."), child.out());
    var error = Assertions.assertThrows(RunException.class, () -> RunReader.read(run));
    assertTrue(error.getMessage().contains("finish it with resume"), error.getMessage());
  }

  /** The hint is pasted into a shell, where a script stands in for Maven. */
  @Test
  void whatIsPrintedGoesOnWithAFolderOfAnyName() throws Exception {
    Path work = Files.createDirectories(folder.resolve("work"));
    String name = "o'brien & \"$(touch pwned)\" ü";
    List<String> unicode = List.of("/usr/bin/env", "LC_ALL=C.UTF-8");
    Child child =
        Child.start(
            folder,
            unicode,
            List.of(),
            List.of(
                "--epochs",
                "60000",
                "--hidden",
                "10",
                "--train-size",
                "50",
                "--output",
                work.resolve(name).toString()));
    child.awaitError("epoch 6000/");
    send("TERM", child);
    assertEquals(143, child.await(), child.err());
    String hint =
        child
            .err()
            .lines()
            .filter(line -> line.startsWith("To go on: "))
            .findFirst()
            .orElseThrow()
            .substring("To go on: ".length());

    Path maven = Files.createDirectories(folder.resolve("bin")).resolve("mvn");
    String java = String.join("' '", Child.command(FakeMaven.class, List.of()));
    Files.writeString(maven, "#!/bin/sh\nexec '" + java + "' \"$@\"\n");
    assertTrue(maven.toFile().setExecutable(true));
    ProcessBuilder shell = new ProcessBuilder("/bin/sh", "-c", hint);
    shell.directory(work.toFile()).redirectErrorStream(true);
    shell.redirectOutput(folder.resolve("second").toFile());
    shell.environment().put("LC_ALL", "C.UTF-8");
    shell.environment().merge("PATH", maven.getParent().toString(), (old, bin) -> bin + ":" + old);
    Process second = shell.start();
    try {
      Path said = folder.resolve("second");
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
      while (!Files.readString(said).contains("epoch ")) {
        assertTrue(System.nanoTime() < end && second.isAlive(), Files.readString(said));
        Thread.sleep(50);
      }
      java(second).destroy(); // That is SIGTERM.
      assertTrue(second.waitFor(1, TimeUnit.MINUTES));
      String all = Files.readString(said);
      assertTrue(all.contains(hint), all + " goes on, and says the same again");
    } finally {
      second.descendants().forEach(ProcessHandle::destroyForcibly);
      second.destroyForcibly();
    }
    assertFalse(Files.exists(work.resolve("pwned")));
    try (Stream<Path> files = Files.list(work)) {
      assertEquals(1, files.count());
    }
  }

  /** The program behind a shell or a terminal. */
  private static ProcessHandle java(Process shell) {
    return Stream.concat(Stream.of(shell.toHandle()), shell.descendants())
        .filter(process -> process.info().command().orElse("").endsWith("java"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theSecondEndsItAtOnce() throws Exception {
    Child child = start("--epochs 10 --train-size 400000 --test-size 10");
    child.awaitError("epoch 1/10");
    send("TERM", child);
    child.awaitError("Stopping after this epoch.");
    send("TERM", child);
    assertTrue(child.process().waitFor((long) MOST_SECONDS, TimeUnit.SECONDS), "it has ended");
    assertEquals(143, child.process().exitValue());
    assertFalse(Files.exists(folder.resolve("run/losses.csv")));
    assertTrue(child.err().contains("To go on: mvn "), child.err());
  }

  /** Signals a run that has begun and still makes its points. */
  private Child stoppedEarly(Path run, List<String> command) throws Exception {
    Child child = Child.start(folder, command);
    Path checkpoint = run.resolve("checkpoints/run.checkpoint");
    FileTime before = Files.exists(checkpoint) ? Files.getLastModifiedTime(checkpoint) : null;
    while (!Files.exists(checkpoint) || Files.getLastModifiedTime(checkpoint).equals(before)) {
      assertTrue(child.process().isAlive(), child.err());
      Thread.sleep(1);
    }
    send("TERM", child);
    assertEquals(143, child.await(), child.err());
    assertTrue(child.err().contains("Interrupted before the first epoch"), child.err());
    return child;
  }

  private static List<String> large(Path run) {
    return List.of(("--epochs 10 --train-size 1000000 --test-size 10 --output " + run).split(" "));
  }

  @Test
  void beforeTheFirstEpochNothingStays() throws Exception {
    Path run = folder.resolve("made/run");
    Child child = stoppedEarly(run, large(run));
    assertFalse(child.err().contains("To go on"), child.err());
    assertFalse(Files.exists(folder.resolve("made")));

    Path mine = Files.createDirectory(folder.resolve("mine"));
    stoppedEarly(mine, large(mine));
    try (Stream<Path> files = Files.list(mine)) {
      assertEquals(List.of(), files.toList(), "what was there before stays, and is empty");
    }
  }

  /** A run that was killed before its first epoch has begun, and can go on. */
  @Test
  void beforeTheFirstEpochOfAResumedRunItStaysWithAHint() throws Exception {
    Path run = folder.resolve("run");
    Child killed = Child.start(folder, large(run));
    while (!Files.exists(run.resolve("checkpoints/run.checkpoint"))) {
      assertTrue(killed.process().isAlive(), killed.err());
      Thread.sleep(1);
    }
    killed.process().destroyForcibly().waitFor();
    Child child = stoppedEarly(run, List.of("resume", run.toString()));
    assertTrue(child.err().contains("resume " + run), child.err());
    assertTrue(Files.exists(run.resolve("checkpoints/run.checkpoint")));
  }

  /** With progress bars, whose library knows signals of its own. */
  @Test
  void onATerminalToo() throws Exception {
    Path script = Path.of("/usr/bin/script");
    assumeTrue(Files.isExecutable(script), "It takes a program that makes a terminal.");
    assumeTrue(!isIgnored("INT"), "SIGINT is ignored here.");
    Path run = folder.resolve("run");
    String options = "--epochs 200000 --hidden 20 --train-size 100 --output " + run;
    String command = String.join(" ", Child.command(List.of(options.split(" "))));
    Process terminal =
        new ProcessBuilder(script.toString(), "-qefc", command, "/dev/null")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("screen").toFile())
            .start();
    Path screen = folder.resolve("screen");
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!Files.readString(screen, StandardCharsets.ISO_8859_1).contains("left")) {
      assertTrue(System.nanoTime() < end && terminal.isAlive(), "the bars show");
      Thread.sleep(50);
    }
    String pid = Long.toString(java(terminal).pid());
    new ProcessBuilder("/bin/kill", "-INT", pid).start().waitFor();
    assertTrue(terminal.waitFor(1, TimeUnit.MINUTES), "it ends");
    String shown = Files.readString(screen, StandardCharsets.ISO_8859_1);
    assertEquals(130, terminal.exitValue(), shown);
    assertTrue(shown.contains("="), "a bar");
    assertTrue(Files.size(run.resolve("report.html")) > 0, shown);
  }
}
