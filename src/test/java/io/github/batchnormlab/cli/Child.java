package io.github.batchnormlab.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program as a process of its own, what it prints going to two files. */
final class Child {
  private static final long MINUTES = 3;

  private final Process process;
  private final Path out;
  private final Path err;

  private Child(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts it.
   *
   * @param logs where its output goes
   * @param before what stands before the command, such as a shell that sets limits
   */
  static Child start(Path logs, List<String> before, List<String> jvm, List<String> options)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.addAll(command(jvm, options));
    return started(logs, command);
  }

  /** Starts another class of the tests. */
  static Child start(Path logs, List<String> jvm, Class<?> main, List<String> arguments)
      throws IOException {
    return started(logs, command(jvm, main, arguments));
  }

  private static Child started(Path logs, List<String> command) throws IOException {
    Path out = Files.createTempFile(logs, "out", null);
    Path err = Files.createTempFile(logs, "err", null);
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    return new Child(process, out, err);
  }

  /** Starts it with default flags. */
  static Child start(Path logs, List<String> options) throws IOException {
    return start(logs, List.of(), List.of(), options);
  }

  /** The command that starts it with default flags. */
  static List<String> command(List<String> options) {
    return command(List.of(), options);
  }

  /** The command that starts another class of the tests with default flags. */
  static List<String> command(Class<?> main, List<String> arguments) {
    return command(List.of(), main, arguments);
  }

  private static List<String> command(List<String> jvm, List<String> options) {
    return command(jvm, Main.class, options);
  }

  private static List<String> command(List<String> jvm, Class<?> main, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.addAll(List.of("-cp", classPath(), main.getName()));
    command.addAll(options);
    return command;
  }

  /** Surefire hides the class path in a jar's manifest, but keeps it in a property of its own. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  Process process() {
    return process;
  }

  /** Waits for its end; returns the exit code. */
  int await() throws Exception {
    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("The process did not end:\n" + err());
    }
    return process.exitValue();
  }

  String out() throws IOException {
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  String err() throws IOException {
    return Files.readString(err, StandardCharsets.UTF_8);
  }

  /** Waits until it has printed something to its error stream. */
  void awaitError(String text) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
    while (!err().contains(text)) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new AssertionError("'" + text + "' was not printed, but:\n" + err());
      }
      Thread.sleep(5);
    }
  }
}
