package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.batchnormlab.spark.StandaloneCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps on a real cluster of one master and two workers give the files of local ones. */
class SparkSweepTest {
  @TempDir private static Path ofCluster;

  private static StandaloneCluster cluster;

  @TempDir private Path folder;

  @RegisterExtension private final Captured console = new Captured();

  @BeforeAll
  static void start() throws Exception {
    cluster = StandaloneCluster.start(ofCluster, 2, 1);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private String err() {
    return console.err.toString(StandardCharsets.UTF_8);
  }

  private String out() {
    return console.out.toString(StandardCharsets.UTF_8);
  }

  private int run(String command) {
    return Main.run(command.replace("FOLDER", folder.toString()).strip().split(" +"));
  }

  private static List<String> cells(Path sweep) throws IOException {
    try (Stream<Path> cells = Files.list(sweep.resolve("cells"))) {
      return cells.map(cell -> cell.getFileName().toString()).sorted().toList();
    }
  }

  /** All files of a sweep are the same, but for the times in them. */
  private static void assertSame(Path expected, Path found) throws IOException {
    assertEquals(cells(expected), cells(found));
    for (String cell : cells(expected)) {
      Path one = expected.resolve("cells").resolve(cell);
      Path other = found.resolve("cells").resolve(cell);
      assertEquals(files(one), files(other));
      SweepCommandTest.assertSame(one, other);
      assertEquals(
          -1, Files.mismatch(one.resolve("batch_norm.png"), other.resolve("batch_norm.png")));
      assertEquals(withoutTimes(one), withoutTimes(other));
    }
    for (String file : List.of("sweep.csv", "sweep.json", "report.html")) {
      assertEquals(-1, Files.mismatch(expected.resolve(file), found.resolve(file)), file);
    }
  }

  private static List<String> files(Path run) throws IOException {
    try (Stream<Path> files = Files.walk(run)) {
      return files
          .map(run::relativize)
          .map(Path::toString)
          .filter(file -> !file.endsWith(".previous")) // Those come with time.
          .sorted()
          .toList();
    }
  }

  private static JsonObject withoutTimes(Path run) throws IOException {
    JsonObject json =
        JsonParser.parseString(Files.readString(run.resolve("run.json"))).getAsJsonObject();
    json.remove("start");
    json.remove("seconds");
    json.remove("sessions");
    json.getAsJsonObject("arms")
        .entrySet()
        .forEach(arm -> arm.getValue().getAsJsonObject().remove("seconds"));
    return json;
  }

  /** Four of them fail, because no loss stays finite. Those of one replica have two threads. */
  @Test
  void aSweepOfTwelveCellsEqualsTheLocalOneByteForByte() throws Exception {
    String sweep =
        "sweep --vary hidden=5,8x3 --vary learning-rate=0.001,0.01,1e300 --vary replicas=1,3"
            + " --arms batch-norm --epochs 30 --train-size 60 --test-size 20 --threads 2 --quiet";
    assertEquals(1, run(sweep + " --output FOLDER/here"), err());
    String failures = failures();
    console.err.reset();
    assertEquals(1, run(sweep + " --output FOLDER/there --master " + cluster.url()), err());
    assertEquals(failures, failures());
    assertEquals(4, failures.lines().count(), failures);
    assertEquals(12, cells(folder.resolve("there")).size());
    assertSame(folder.resolve("here"), folder.resolve("there"));
  }

  private String failures() {
    Map<String, String> byCell = new TreeMap<>(); // They fail in any order.
    err().lines().filter(line -> line.contains(") failed: ")).forEach(line -> byCell.put(line, ""));
    return String.join("\n", byCell.keySet());
  }

  /** The workers have no file of that path: it is sent to them. */
  @Test
  void aTableIsSentToTheWorkersAndModelsComeBack() throws Exception {
    Path data =
        Files.copy(
            Path.of("src/test/resources/data/iris.csv"), folder.resolve("my [iris] %20 #1?é;.csv"));
    String[] sweep =
        "sweep|--data|DATA|--target|species|--vary|arms=layer-norm,none|--vary|hidden=6,7|--epochs|8|--batch-size|32|--replicas|2|--quiet|--output"
            .replace("DATA", data.toString())
            .split("\\|");
    List<String> here = new ArrayList<>(List.of(sweep));
    List<String> there = new ArrayList<>(List.of(sweep));
    here.add(folder.resolve("here").toString());
    there.addAll(List.of(folder.resolve("there").toString(), "--master", cluster.url()));
    assertEquals(0, Main.run(here.toArray(String[]::new)), err());
    assertEquals(0, Main.run(there.toArray(String[]::new)), err());
    assertSame(folder.resolve("here"), folder.resolve("there"));

    // What is done is not trained again, and a checkpoint of a worker is as good as one from here.
    Path losses = folder.resolve("there/cells/002/losses.csv");
    FileTime before = Files.getLastModifiedTime(losses);
    assertEquals(0, run("resume FOLDER/there --quiet --master " + cluster.url()), err());
    assertEquals(before, Files.getLastModifiedTime(losses));
    assertEquals(0, run("resume FOLDER/there --quiet --epochs 15"), err());
    assertEquals(0, run("resume FOLDER/here --quiet --epochs 15 --master " + cluster.url()), err());
    assertSame(folder.resolve("here"), folder.resolve("there"));
    for (String where : List.of("here", "there")) {
      assertEquals(
          0,
          run(
              ("predict FOLDER/WHERE/cells/002 src/test/resources/data/iris.csv --output"
                      + " FOLDER/WHERE.csv")
                  .replace("WHERE", where)),
          err());
    }
    assertEquals(-1, Files.mismatch(folder.resolve("here.csv"), folder.resolve("there.csv")));
  }

  /** A network that no machine holds fails on the worker, in a sentence; its neighbour does not. */
  @Test
  void aCellThatFailsThereIsToldAndTheOthersGoOn() throws Exception {
    String options =
        "sweep --vary hidden=5,2000000000 --train-size 30 --test-size 5 --epochs 3 --output"
            + " FOLDER/sweep --master ";
    assertEquals(1, run(options + cluster.url()), err());
    assertTrue(
        failures().matches("cells/002 \\(hidden=2000000000\\) failed: --hidden must be smaller.*"),
        err());
    assertTrue(out().contains("2 of 2 cells are done, 1 of them have failed."), out());
    assertTrue(err().contains("1 of 2 cells done"), err());
    assertTrue(Files.exists(folder.resolve("sweep/cells/001/report.html")));
    assertFalse(Files.exists(folder.resolve("sweep/cells/002")), "nothing stays");
  }

  private static final String LONG =
      "sweep --vary hidden=20,30,40 --vary seed=1,2 --arms batch-norm,none --epochs 4000"
          + " --train-size 200 --test-size 20 --threads 2";

  /** The same on this machine, which is trained once, beside what it is compared with. */
  private static Path here() throws Exception {
    synchronized (SparkSweepTest.class) {
      Path here = ofCluster.resolve("here");
      if (!Files.exists(here)) {
        String[] options = (LONG + " --quiet --output " + here).split(" ");
        assertEquals(0, Main.run(options));
      }
      return here;
    }
  }

  private Child onCluster(String command, String... properties) throws IOException {
    List<String> jvm = new ArrayList<>(List.of(JavaModuleOptions.defaultModuleOptionArray()));
    jvm.addAll(List.of(properties));
    List<String> options = new ArrayList<>(List.of(command.split(" ")));
    options.addAll(List.of("--master", cluster.url()));
    return Child.start(folder, List.of(), jvm, options);
  }

  @Test
  void aWorkerThatIsKilledInTheMiddleChangesNothing() throws Exception {
    Path log = Files.createDirectories(folder.resolve("log"));
    Child sweep =
        onCluster(
            LONG + " --output " + folder.resolve("there"),
            "-Dspark.eventLog.enabled=true",
            "-Dspark.eventLog.compress=false",
            "-Dspark.eventLog.dir=" + log.toUri());
    Path there = folder.resolve("there");
    sweep.awaitError("1 of 6 cells done");
    // It may be between two tasks. Once it stands still it gets another one, and keeps it.
    StandaloneCluster.freeze(cluster.workers().get(0));
    int done = finished(there).size();
    while (sweep.process().isAlive() && finished(there).size() == done) {
      Thread.sleep(20);
    }
    StandaloneCluster.kill(cluster.workers().get(0));
    assertEquals(0, sweep.await(), sweep.err());
    cluster.startWorker();
    cluster.awaitWorkers(2);
    assertSame(here(), there);
    // Three cells are handed to two cores.
    IntSummaryStatistics running =
        Pattern.compile(", (\\d+) running")
            .matcher(sweep.err())
            .results()
            .mapToInt(match -> Integer.parseInt(match.group(1)))
            .summaryStatistics();
    assertTrue(running.getMax() >= 1 && running.getMax() <= 2, sweep.err());
    assertTrue(events(log).contains("\"Reason\":\"ExecutorLostFailure\""), "a task was lost");
    assertFalse(sweep.err().contains("failed"), sweep.err());
  }

  private static String events(Path log) throws IOException {
    StringBuilder events = new StringBuilder();
    try (Stream<Path> files = Files.walk(log)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        events.append(Files.readString(file));
      }
    }
    return events.toString();
  }

  /** The driver is what runs the program. */
  @Test
  void aSweepWhoseDriverWasKilledOrStoppedGoesOn() throws Exception {
    Path there = folder.resolve("there");
    Child killed = onCluster(LONG + " --output " + there);
    killed.awaitError("1 of 6 cells done");
    killed.process().destroyForcibly().waitFor();
    List<Path> done = finished(there);
    Map<Path, FileTime> times = new TreeMap<>();
    for (Path run : done) {
      times.put(run, Files.getLastModifiedTime(run.resolve("run.json")));
    }
    assertFalse(done.isEmpty());

    Child stopped = onCluster("resume " + there);
    stopped.awaitError((done.size() + 1) + " of 6 cells done");
    stopped.process().destroy(); // SIGTERM
    assertEquals(143, stopped.await(), stopped.err());
    assertTrue(stopped.err().contains("To go on: mvn "), stopped.err());
    assertTrue(finished(there).size() < 6, stopped.out());
    assertTrue(Files.exists(there.resolve("sweep.csv")));

    assertEquals(0, run("resume FOLDER/there --quiet --master " + cluster.url()), err());
    assertSame(here(), there);
    for (Path run : done) {
      assertEquals(times.get(run), Files.getLastModifiedTime(run.resolve("run.json")));
    }
  }

  private static List<Path> finished(Path sweep) throws IOException {
    List<Path> finished = new ArrayList<>();
    for (String cell : cells(sweep)) {
      Path run = sweep.resolve("cells").resolve(cell);
      if (Files.exists(run.resolve("report.html")) && Files.exists(run.resolve("run.json"))) {
        JsonObject json =
            JsonParser.parseString(Files.readString(run.resolve("run.json"))).getAsJsonObject();
        if (json.get("finished").getAsBoolean()) {
          finished.add(run);
        }
      }
    }
    return finished;
  }

  /** Each cell is a study over the cluster; nothing is read where the sweep was started. */
  @Test
  void cellsWhoseRowsStayOnTheClusterTakeAnyAddress() throws Exception {
    Path data = Path.of("src/test/resources/data/diabetes.csv").toAbsolutePath();
    String sweep =
        "sweep --target target --blocks true --vary hidden=4,5 --epochs 6 --quiet --output FOLDER/";
    assertEquals(0, run(sweep + "here --data " + data), err());
    String address = "file://" + data;
    String there = sweep + "there --master " + cluster.url() + " --data ";
    assertEquals(0, run(there + address), err());
    for (String file : List.of("sweep.csv", "cells/002/losses.csv")) {
      assertEquals(
          -1,
          Files.mismatch(folder.resolve("here").resolve(file), folder.resolve("there/" + file)));
    }
    String command = withoutTimes(folder.resolve("there/cells/001")).get("command").getAsString();
    assertTrue(command.contains(address + " ") && command.contains(cluster.url()), command);

    console.err.reset();
    String none = there.replace("FOLDER/there", "FOLDER/none").replace(cluster.url(), "local[1]");
    assertEquals(2, run(none + address + ".gz"));
    assertEquals(address + ".gz does not exist.", err().strip());
    assertFalse(Files.exists(folder.resolve("none")));
  }

  /** What only Spark can read needs its rows there. */
  @Test
  void anAddressIsRefusedWhereTheTableIsReadHere() {
    String options = " --data hdfs://host/rows.csv --target y --output FOLDER/none";
    for (String command : List.of("sweep --vary hidden=4,5 --master local[1]", "")) {
      console.err.reset();
      assertEquals(2, run(command + options));
      assertEquals(
          "--data must be the path of a file here; an address is read by Spark, with --master and,"
              + " in a sweep, --blocks true, but is 'hdfs://host/rows.csv'.",
          err().strip());
    }
  }

  @Test
  void whatCannotBeOnAClusterIsRefused() {
    String sweep = "sweep --vary hidden=3,4 --output FOLDER/sweep ";
    for (String options : List.of("--master local[2] --parallel 2", "--master spark:/x")) {
      console.err.reset();
      assertEquals(2, run(sweep + options), err());
      assertEquals(1, err().lines().count(), err());
      assertFalse(Files.exists(folder.resolve("sweep")));
    }
  }
}
