package io.github.batchnormlab.notebook;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Starts {@link Main} in a process of its own, from Maven's: JShell compiles and loads on the class
 * path of the process that it runs in.
 */
public final class Start {
  private Start() {}

  /**
   * Starts it, and ends as it does.
   *
   * @param args what it is to do
   * @throws IOException if there is no Java to start
   * @throws InterruptedException if this process is to end
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.awt.headless=true",
                "-Xmx1g",
                "-cp",
                classPath(),
                Main.class.getName()));
    command.addAll(Arrays.asList(args));
    System.exit(new ProcessBuilder(command).inheritIO().start().waitFor());
  }

  /** Inside Maven {@code java.class.path} is Maven's own; the class loader knows the project's. */
  private static String classPath() {
    return Start.class.getClassLoader() instanceof URLClassLoader loader
        ? Arrays.stream(loader.getURLs())
            .map(Start::path)
            .collect(Collectors.joining(File.pathSeparator))
        : System.getProperty("java.class.path");
  }

  private static String path(URL url) {
    try {
      return Path.of(url.toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
