package io.github.batchnormlab.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Processes that measure something and print it. */
final class Child {
  private Child() {}

  /** The command that starts a Java program on this class path, with the JVM's default flags. */
  static List<String> java(Class<?> main, Object... args) {
    return java(List.of(), main, args);
  }

  /** The same with the flags that Maven gives its JVM in this project. */
  static List<String> javaAsInMaven(Class<?> main, Object... args) {
    try {
      String flags = Files.readString(Path.of(".mvn", "jvm.config"));
      return java(List.of(flags.strip().split("\\s+")), main, args);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> java(List<String> flags, Class<?> main, Object... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.add("-cp");
    command.add(ClassPath.current());
    command.add(main.getName());
    for (Object arg : args) {
      command.add(arg.toString());
    }
    return command;
  }

  /**
   * Runs a command to its end.
   *
   * @return what it printed
   * @throws IllegalStateException if it fails
   */
  static String output(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes()).strip();
      if (process.waitFor() != 0) {
        throw new IllegalStateException("'" + command.get(0) + "' failed:\n" + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
