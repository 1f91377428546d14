package io.github.batchnormlab.spark;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * A real cluster on the loopback address: a master and workers, each a process of its own, from the
 * class path of the tests alone. It is ended by process id, also if it has not started as a whole.
 */
public final class StandaloneCluster implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Path folder;
  private final int coresEach;
  private final List<Process> workers = new ArrayList<>();
  private Process master;
  private int ui;
  private String url;

  private StandaloneCluster(Path folder, int coresEach) {
    this.folder = folder;
    this.coresEach = coresEach;
  }

  /**
   * Starts a cluster and waits until all workers have come.
   *
   * @param folder gets what the processes write
   * @param workers how many
   * @param coresEach how many tasks each may run at the same time
   */
  public static StandaloneCluster start(Path folder, int workers, int coresEach) throws Exception {
    StandaloneCluster cluster = new StandaloneCluster(folder, coresEach);
    try {
      cluster.startMaster();
      for (int i = 0; i < workers; i++) {
        cluster.startWorker();
      }
      cluster.awaitWorkers(workers);
      return cluster;
    } catch (Exception | Error e) {
      cluster.close();
      throw e;
    }
  }

  /** The address, such as {@code spark://127.0.0.1:12345}. */
  public String url() {
    return url;
  }

  /** The workers' processes, in the order of their start. */
  public List<Process> workers() {
    return List.copyOf(workers);
  }

  private void startMaster() throws Exception {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
      ui = free.getLocalPort();
    }
    master =
        start(
            "master",
            "org.apache.spark.deploy.master.Master",
            List.of("--host", LOOPBACK, "--port", "0", "--webui-port", Integer.toString(ui)));
    String state = await("\"url\"");
    url = state.replaceFirst("(?s).*\"url\" : \"([^\"]+)\".*", "$1");
  }

  /**
   * The worker of an executor, which has a folder there.
   *
   * @param executor its name in the only application that there has been
   */
  public Process workerOf(String executor) throws IOException {
    for (int i = 0; i < workers.size(); i++) {
      Path work = folder.resolve("worker-" + i);
      if (Files.isDirectory(work)) {
        try (Stream<Path> applications = Files.list(work)) {
          if (applications.anyMatch(each -> Files.isDirectory(each.resolve(executor)))) {
            return workers.get(i);
          }
        }
      }
    }
    throw new IOException("No worker has the executor " + executor);
  }

  /** Starts one more worker; it is not waited for. */
  public Process startWorker() throws IOException {
    String name = "worker-" + workers.size();
    Process worker =
        start(
            name,
            "org.apache.spark.deploy.worker.Worker",
            List.of(
                "--host",
                LOOPBACK,
                "--port",
                "0",
                "--webui-port",
                "0",
                "--cores",
                Integer.toString(coresEach),
                "--memory",
                "2g",
                "--work-dir",
                folder.resolve(name).toString(),
                url));
    workers.add(worker);
    return worker;
  }

  /** Waits until so many workers are there, and no more. */
  public void awaitWorkers(int count) throws Exception {
    await("\"aliveworkers\" : " + count + ",");
  }

  /** Inside Maven {@code java.class.path} is Maven's own; the class loader knows the project's. */
  private static String classPath() {
    if (StandaloneCluster.class.getClassLoader() instanceof URLClassLoader loader) {
      return Stream.of(loader.getURLs())
          .map(url -> Path.of(URI.create(url.toString())).toString())
          .collect(Collectors.joining(File.pathSeparator));
    }
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private Process start(String name, String main, List<String> arguments) throws IOException {
    String classPath = classPath();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        Stream.of(JavaModuleOptions.defaultModuleOptionArray())
            .filter(option -> !option.startsWith("--add-modules"))
            .toList());
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            // What asks for a port that is taken must not get another one in silence.
            "-Dspark.port.maxRetries=0",
            // Nobody submits by HTTP, and its port is one for all masters of a machine.
            "-Dspark.master.rest.enabled=false",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            main));
    command.addAll(arguments);
    Files.createDirectories(folder.resolve("spark/jars")); // Spark wants to find its jars here.
    ProcessBuilder process = new ProcessBuilder(command);
    process
        .environment()
        .putAll(
            Map.of(
                "CLASSPATH",
                classPath,
                "SPARK_DIST_CLASSPATH",
                classPath,
                "SPARK_HOME",
                folder.resolve("spark").toString(),
                "SPARK_SCALA_VERSION",
                "2.13",
                "SPARK_LOCAL_IP",
                LOOPBACK,
                "JAVA_HOME",
                System.getProperty("java.home")));
    return process
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(name + ".log").toFile())
        .start();
  }

  /** Asks the master until its answer holds a text; returns the answer. */
  private String await(String text) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + LOOPBACK + ":" + ui + "/json/"))
            .timeout(Duration.ofSeconds(10))
            .build();
    long end = System.nanoTime() + PATIENCE.toNanos();
    String last = "nothing";
    while (System.nanoTime() < end && master.isAlive()) {
      try {
        last = HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
        if (last.contains(text)) {
          return last;
        }
      } catch (IOException e) { // It does not answer yet.
        last = e.toString();
      }
      Thread.sleep(100);
    }
    throw new AssertionError("No cluster with " + text + ", but " + last + "\n" + logs());
  }

  private String logs() throws IOException {
    StringBuilder logs = new StringBuilder();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path log : files.filter(file -> file.toString().endsWith(".log")).sorted().toList()) {
        logs.append(log.getFileName()).append(":\n").append(Files.readString(log));
      }
    }
    return logs.toString();
  }

  /** A worker and its executors, which would outlive it for a while. */
  private static Stream<ProcessHandle> all(Process worker) {
    return Stream.concat(Stream.of(worker.toHandle()), worker.descendants()).toList().stream();
  }

  /** Halts a worker and its executors, as a machine that does not answer any more. */
  public static void freeze(Process worker) throws IOException, InterruptedException {
    String ids =
        all(worker).map(each -> Long.toString(each.pid())).collect(Collectors.joining(" "));
    int code = new ProcessBuilder("sh", "-c", "kill -STOP " + ids).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException("kill -STOP " + ids + " ended with " + code);
    }
  }

  /** Ends a worker and its executors at once, as a machine that loses power. */
  public static void kill(Process worker) throws InterruptedException {
    all(worker).forEach(ProcessHandle::destroyForcibly);
    worker.waitFor(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    try {
      for (Process worker : workers) {
        kill(worker);
      }
      if (master != null) {
        kill(master);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
