package io.github.batchnormlab.djl;

import ai.djl.engine.Engine;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.net.Proxy;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** DJL's start in a process of its own that reaches no network, and prints what it asks for. */
final class Startup {
  private static final long SECONDS = 60;

  /** What would decide instead of the test. */
  private static final List<String> VARIABLES =
      List.of(
          "OPT_OUT_TRACKING",
          "DJL_OFFLINE",
          "DJL_CACHE_DIR",
          "ENGINE_CACHE_DIR",
          "DJL_DEFAULT_ENGINE",
          "PYTORCH_LIBRARY_PATH",
          "PYTORCH_VERSION",
          "PYTORCH_FLAVOR");

  private Startup() {}

  /** What to start. */
  enum Step {
    ENGINES_ARE_FOUND,
    ENGINE_IS_LOADED,
    GPUS_ARE_COUNTED
  }

  /** Runs in the new process. */
  public static void main(String[] args) {
    URL.setURLStreamHandlerFactory(protocol -> protocol.startsWith("http") ? new Wall() : null);
    switch (Step.valueOf(args[0])) {
      case ENGINES_ARE_FOUND -> System.out.println("found: " + Engine.getDefaultEngineName());
      case ENGINE_IS_LOADED -> Engine.getInstance();
      case GPUS_ARE_COUNTED -> CudaUtils.getGpuCount();
    }
  }

  /** Where every request ends. */
  private static final class Wall extends URLStreamHandler {
    @Override
    protected URLConnection openConnection(URL url) throws IOException {
      System.out.println("request: " + url);
      throw new IOException("No network in this test");
    }

    @Override
    protected URLConnection openConnection(URL url, Proxy proxy) throws IOException {
      return openConnection(url);
    }
  }

  /**
   * Starts the process and waits for its end.
   *
   * @param isOnClassPath which entries of the class path it gets
   * @param flags of the JVM
   * @return what it printed
   */
  static String run(Step step, Predicate<String> isOnClassPath, String... flags)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", classPath(isOnClassPath), Startup.class.getName(), step.name()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeAll(VARIABLES);
    Process process = builder.start();
    process.getOutputStream().close();
    try {
      String printed = new String(process.getInputStream().readAllBytes());
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("The process did not end: " + printed);
      }
      return printed;
    } finally {
      process.destroyForcibly();
    }
  }

  /** Surefire hides the class path in a jar's manifest, but keeps it in a property of its own. */
  private static String classPath(Predicate<String> isOn) {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String separator = System.getProperty("path.separator");
    return String.join(separator, Arrays.stream(all.split(separator)).filter(isOn).toList());
  }
}
