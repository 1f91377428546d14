package io.github.batchnormlab.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.batchnormlab.data.TableException;
import io.github.batchnormlab.run.Cluster;
import io.github.batchnormlab.run.Study;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import io.github.batchnormlab.study.StudyResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.status.AppStatusStore;
import org.apache.spark.status.api.v1.ExecutorSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/** One study over several machines. */
class DistributedStudyTest {
  /** Of the losses of 50 epochs, relative; two orders of the same sums differ by that. */
  private static final double ROUNDING = 1e-10;

  @TempDir private Path folder;

  /** One worker, then three, of which one that holds rows is killed in the middle of a training. */
  @Test
  void aStudyOfAHundredThousandRowsIsThatOfOneProcessOnAnyNumberOfWorkers() throws Exception {
    Settings settings = BlocksOfACluster.settings(BlocksOfACluster.table(folder, 100_000));
    StudyResult whole = Study.run(settings.with("blocks", "false"));
    StudyResult blocks = Study.run(settings);
    assertEquals(0, BlocksOfACluster.largestDifference(whole, blocks), ROUNDING);
    try (StandaloneCluster machines = StandaloneCluster.start(folder.resolve("cluster"), 1, 1);
        Cluster cluster = Cluster.open(machines.url())) {
      BlocksOfACluster.assertSame(
          blocks, BlocksOfACluster.run(cluster, settings, StudyListener.NONE));
      machines.startWorker();
      machines.startWorker();
      awaitCores(cluster, 3);
      BlocksOfACluster.assertSame(
          blocks, BlocksOfACluster.run(cluster, settings, StudyListener.NONE));
      AtomicBoolean isKilled = new AtomicBoolean();
      StudyListener killer =
          new StudyListener() {
            @Override
            public void epochEnded(
                Arm arm, Replicas replicas, int epoch, double trainLoss, double testLoss) {
              if (epoch == 10 && isKilled.compareAndSet(false, true)) {
                kill(machines);
              }
            }
          };
      BlocksOfACluster.assertSame(blocks, BlocksOfACluster.run(cluster, settings, killer));
      assertEquals(true, isKilled.get());
      awaitCores(cluster, 2);
    }
  }

  /** Kills a worker that holds rows, as the driver knows it; not all of them do. */
  private static void kill(StandaloneCluster machines) {
    AppStatusStore store = SparkContext.getOrCreate().statusStore();
    try {
      Optional<ExecutorSummary> holder = Optional.empty();
      long end = System.nanoTime() + 30_000_000_000L;
      while (holder.isEmpty()) {
        assertEquals(true, System.nanoTime() < end, "no worker holds rows");
        Thread.sleep(20);
        holder =
            CollectionConverters.asJava(store.executorList(true)).stream()
                .filter(each -> !each.id().equals("driver") && each.rddBlocks() > 0)
                .findFirst();
      }
      StandaloneCluster.kill(machines.workerOf(holder.get().id()));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitCores(Cluster cluster, int cores) throws Exception {
    long end = System.nanoTime() + 90_000_000_000L;
    while (cluster.slots() != cores) {
      assertEquals(true, System.nanoTime() < end, "no " + cores + " cores");
      Thread.sleep(50);
    }
  }

  /** However Spark cuts the files: its pieces are small here, and it takes the largest first. */
  @Test
  void csvAndParquetInOneFileOrInManyGiveTheSame() throws Exception {
    Path file = BlocksOfACluster.table(folder, 70_000);
    Settings settings = BlocksOfACluster.settings(file, "epochs", "5");
    StudyResult expected = Study.run(settings);
    Path parquet = folder.resolve("rows.parquet");
    try (SparkSession session = SparkSession.builder().master("local[1]").getOrCreate()) {
      String schema = "a double, b double, c double, y double, z double";
      session
          .read()
          .schema(schema)
          .option("header", true)
          .csv(file.toString())
          .coalesce(1)
          .write()
          .option("maxRecordsPerFile", 17_001)
          .parquet(parquet.toString());
    }
    Path many = Files.createDirectory(folder.resolve("many"));
    List<String> lines = Files.readAllLines(file);
    int[] cuts = {1, 9, 20_000, lines.size()};
    for (int i = 0; i + 1 < cuts.length; i++) {
      String rows = String.join("\n", lines.subList(cuts[i], cuts[i + 1]));
      Files.writeString(many.resolve("part" + i + ".csv"), lines.get(0) + "\n" + rows + "\n");
    }
    System.setProperty("spark.sql.files.maxPartitionBytes", "200000");
    try (Cluster cluster = Cluster.open("local[2]")) {
      for (Path data : List.of(file, many, parquet)) {
        BlocksOfACluster.assertSame(
            expected,
            BlocksOfACluster.run(
                cluster, settings.with("data", data.toString()), StudyListener.NONE));
      }
    } finally {
      System.clearProperty("spark.sql.files.maxPartitionBytes");
    }
  }

  /** Numbers, classes, missing values and the sum of a file are those of the application's own. */
  @Test
  void aTableIsReadAsWithoutSpark() throws Exception {
    String iris = "src/test/resources/data/iris.csv";
    Path gaps = folder.resolve("gaps.csv");
    Files.writeString(gaps, "a;b;y\n" + "1;\"2\";+3.5e0\n ;1;2\n7; 5 ;NaN\n.5;-4;1\n".repeat(9));
    try (Cluster cluster = Cluster.open("local[2]")) {
      for (Settings settings :
          List.of(
              BlocksOfACluster.settings(
                  iris, "target", "species", "task", "classification", "epochs", "4"),
              BlocksOfACluster.settings(
                  gaps,
                  "delimiter",
                  ";",
                  "target",
                  "b",
                  "task",
                  "classification",
                  "missing",
                  "drop",
                  "epochs",
                  "4"),
              BlocksOfACluster.settings(
                  gaps, "delimiter", ";", "target", "y", "missing", "drop", "epochs", "4"))) {
        StudyResult expected = Study.run(settings);
        StudyResult found = BlocksOfACluster.run(cluster, settings, StudyListener.NONE);
        BlocksOfACluster.assertSame(expected, found);
        assertEquals(
            expected.data().orElseThrow().with(List.of()).columns(),
            found.data().orElseThrow().columns());
        assertEquals(expected.data().orElseThrow().sums(), found.data().orElseThrow().sums());
        assertEquals(expected.data().orElseThrow().classes(), found.data().orElseThrow().classes());
        assertEquals(
            expected.data().orElseThrow().droppedRows(), found.data().orElseThrow().droppedRows());
      }
    }
  }

  /** Blanks, quotes, and lines that hold nothing: what is a row and a class is the same. */
  @Test
  void theFormOfATextMeansWhatItMeansWithoutSpark() throws Exception {
    String rows = "1,2,red\n3,.5,blue\n4,7,red\n5,6,blue\n";
    List<String> texts =
        List.of(
            "\ufeff\r\n\r\na,b,y\r\n" + rows.replace("\n", "\r\n\r\n") + "\r\n\r\n",
            "a,b,y\r" + rows.replace("\n", "\r\r"),
            " a ,\"b\", y\n" + rows.replace("red", " red\t").replace("blue", "\" red\"") + rows,
            "a,b,y\n" + rows.replace("red", "\"say \"\"red\"\"\"").replace("blue", "6\" long"),
            "a,b,y\n" + rows.replace("red", "\\").replace("blue", "\"\\\"") + rows,
            "#a,b,y\n" + rows.replace("1,2", "\" 1\",\t2 ").replace("red", "#red") + rows,
            "a,b,y\n" + rows + "9,\"\",red\n8,\" \",red\n,3,red\n",
            "a,b,y\n" + rows.replace("red", "1.0").replace("blue", "\"1\"") + "0,0,2\n",
            "a,b,y\n" + rows + "   \n",
            "a,b,y\n" + rows + "\"1\"2,3,red\n",
            "a,b,y\n" + rows + "1,2,\"red",
            "  \na,b,y\n" + rows);
    try (Cluster cluster = Cluster.open("local[2]")) {
      int refused = 0;
      for (String text : texts) {
        Path file = Files.writeString(folder.resolve("text.csv"), text);
        Settings settings =
            BlocksOfACluster.settings(
                file,
                "target",
                "y",
                "task",
                "classification",
                "missing",
                "drop",
                "epochs",
                "2",
                "arms",
                "none");
        try {
          StudyResult expected = Study.run(settings);
          StudyResult found = BlocksOfACluster.run(cluster, settings, StudyListener.NONE);
          BlocksOfACluster.assertSame(expected, found);
          assertEquals(expected.data(), found.data(), text);
        } catch (TableException e) { // One does not learn it, and so the other must not.
          refused++;
          assertThrows(TableException.class, () -> Study.run(settings), text);
          assertThrows(TableException.class, () -> cluster.source(settings), text);
        }
      }
      assertEquals(4, refused);
    }
  }

  /** To Spark some names are patterns; it takes addresses apart at others. */
  @Test
  void aFileMayHaveAnyName() throws Exception {
    Path table = BlocksOfACluster.table(folder, 50);
    try (Cluster cluster = Cluster.open("local[2]")) {
      for (String name :
          List.of(
              "[ab].csv",
              "{1,2}*.csv",
              "a?b.csv",
              " two  blanks, %20 100%.csv",
              "Größe €𝛼.csv",
              "back\\slash.csv",
              "a;b&c=d#e+f'g\".csv",
              "[x] *{1}/part 1%.csv")) {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.copy(table, file);
        Settings settings = BlocksOfACluster.settings(file, "epochs", "2", "arms", "none");
        StudyResult expected = Study.run(settings);
        StudyResult found = BlocksOfACluster.run(cluster, settings, StudyListener.NONE);
        BlocksOfACluster.assertSame(expected, found);
        assertEquals(expected.data(), found.data());
      }
      Path hidden = Files.copy(table, folder.resolve("_rows.csv"));
      assertRefused(
          cluster,
          hidden,
          " has a name with . or _ at its beginning, which Spark leaves out as hidden.");
      Path colon = Files.copy(table, folder.resolve("10:30.csv"));
      assertRefused(cluster, colon, " has a colon in its name, with which Spark finds no file.");
    }
  }

  @Test
  void whatMakesNoStudyIsRefusedInASentence() throws Exception {
    Map<String, String> bad =
        Map.of(
            "a,y\n1,2\n3,1d\n5,6\n",
            " (row 2, column 'y') cannot be learned: '1d' is no number, so this target has classes,"
                + " which --task classification learns.",
            "a,y\n1,2\nred,4\n5,6\n",
            " (row 2, column 'a') cannot be learned: 'red' is no number, and categories are not yet"
                + " taken with rows in blocks; encode them as numbers first, or leave the column out"
                + " with --ignore.",
            "a,y\n1,2\n3,4\nNaN,6\n",
            " (row 3, column 'a') cannot be learned: the value is missing ('NaN'), the only one in"
                + " this column; --missing drop leaves such rows out.",
            "a,y\n1,2\n,4\n,6\n",
            " (row 2, column 'a') cannot be learned: the value is missing, the first of 2 in this"
                + " column; --missing drop leaves such rows out.",
            "a,y\n1,2\n3\n5,6\n",
            " (row 2) cannot be learned: the row has more or fewer cells than the header, or a quote"
                + " that does not close or before other text: '3'.",
            "a,a,y\n1,2,3\n",
            " has two columns of the same name, 'a'.",
            "a,b\n1,2\n",
            " has no column for the target 'y'; its columns are 'a', 'b'.",
            "a,y\n",
            " has a header, but no rows.",
            "a,y\n1,2\n",
            " has 1 rows to learn from, and a study takes 2 to 2147483647.",
            "",
            " has no header in its first line.");
    try (Cluster cluster = Cluster.open("local[2]")) {
      int number = 0;
      for (Map.Entry<String, String> each : bad.entrySet()) {
        Path file = folder.resolve("bad" + number++ + ".csv");
        Files.writeString(file, each.getKey());
        assertRefused(cluster, file, each.getValue());
      }
      assertRefused(cluster, folder.resolve("none.csv"), " does not exist.");
      Path latin = folder.resolve("latin.csv");
      Files.writeString(latin, "a,y\n1,2\n3,caf\u00e9\n", StandardCharsets.ISO_8859_1);
      assertRefused(
          cluster,
          latin,
          " has bytes in latin.csv that are no UTF-8; the file may have been saved in another"
              + " encoding.");
      // An address keeps its slashes.
      assertRefused(cluster, "file://" + folder.resolve("none.csv"), " does not exist.");
      Path empty = Files.createDirectory(folder.resolve("empty"));
      assertRefused(cluster, empty, " is a folder without files.");
      Files.writeString(empty.resolve("1.csv"), "a,y\n1,2\n");
      Files.writeString(empty.resolve("2.csv"), "y,a\n1,2\n");
      assertRefused(
          cluster,
          empty,
          " is a folder of files with other headers: 2.csv begins otherwise than 1.csv.");
    }
  }

  private static void assertRefused(Cluster cluster, Object data, String what) {
    Settings settings = BlocksOfACluster.settings(data, "target", "y");
    TableException refused =
        assertThrows(TableException.class, () -> cluster.source(settings), what);
    assertEquals(data + what, refused.getMessage());
  }

  /** Its statistics go from the workers to the driver and back, layer by layer. */
  @Test
  void batchNormInEveryLayerIsThatOfOneProcess() throws Exception {
    Settings settings =
        BlocksOfACluster.settings(
            BlocksOfACluster.table(folder, 70_000),
            "hidden",
            "8,6",
            "activation",
            "gelu",
            "arms",
            "batch-norm",
            "epochs",
            "4");
    StudyResult whole = Study.run(settings.with("blocks", "false"));
    StudyResult blocks = Study.run(settings);
    assertEquals(0, BlocksOfACluster.largestDifference(whole, blocks), ROUNDING);
    try (StandaloneCluster machines = StandaloneCluster.start(folder.resolve("cluster"), 2, 1);
        Cluster cluster = Cluster.open(machines.url())) {
      BlocksOfACluster.assertSame(
          blocks, BlocksOfACluster.run(cluster, settings, StudyListener.NONE));
    }
  }
}
