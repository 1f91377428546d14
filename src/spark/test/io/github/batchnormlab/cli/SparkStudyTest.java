package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.spark.StandaloneCluster;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The command line with a study whose rows are on a cluster. */
class SparkStudyTest {
  @TempDir private Path folder;

  @RegisterExtension private final Captured console = new Captured();

  private String err() {
    return console.err.toString(StandardCharsets.UTF_8);
  }

  private Path table() throws Exception {
    StringBuilder text = new StringBuilder("a,b,y\n");
    Random random = new Random(1);
    for (int i = 0; i < 40_000; i++) {
      double a = random.nextGaussian();
      double b = random.nextDouble();
      text.append(a).append(',').append(b).append(',').append(a * b + Math.sin(a)).append('\n');
    }
    return Files.writeString(folder.resolve("rows.csv"), text);
  }

  private static int run(List<String> command, String... more) {
    return Main.run(join(command, more).toArray(String[]::new));
  }

  private static List<String> join(List<String> command, String... more) {
    return Stream.concat(command.stream(), Stream.of(more)).toList();
  }

  /** The driver is killed, and the run goes on: on the cluster, in this process, as it likes. */
  @Test
  void aDriverThatIsKilledGoesOnWithTheFilesOfARunInOneProcess() throws Exception {
    List<String> study =
        List.of("--data", table().toString(), "--target", "y", "--hidden", "20", "--epochs", "40");
    Path here = folder.resolve("here");
    assertEquals(0, run(study, "--blocks", "true", "--quiet", "--output", here.toString()), err());
    try (StandaloneCluster cluster = StandaloneCluster.start(folder.resolve("logs"), 2, 1)) {
      String[] master = {"--master", cluster.url(), "--checkpoint-every", "1"};
      Path there = folder.resolve("there");
      List<String> jvm = new ArrayList<>(List.of(JavaModuleOptions.defaultModuleOptionArray()));
      Child child =
          Child.start(
              folder, List.of(), jvm, join(join(study, master), "--output", there.toString()));
      while (child.process().isAlive()
          && !Files.exists(there.resolve("checkpoints/none-0.checkpoint.previous"))) {
        Thread.sleep(5);
      }
      child.process().destroyForcibly().waitFor();
      assertFalse(Files.exists(there.resolve("losses.csv")), child.err());

      // Data that has changed is not gone on with.
      Path changed = folder.resolve("changed.csv");
      Files.writeString(changed, Files.readString(folder.resolve("rows.csv")) + "1,2,3\n");
      List<String> resume = List.of("resume", there.toString(), "--quiet");
      String[] local = {"--master", "local[2]"};
      assertEquals(2, run(join(resume, "--data", changed.toString()), local), err());
      assertTrue(err().contains("--data must be the file that the run began with"), err());

      assertEquals(0, run(resume, master), err());
      SweepCommandTest.assertSame(here, there);
      assertEquals(0, run(resume, "--epochs", "45"), err());
      List<String> resumeHere =
          List.of(
              "resume", here.toString(), "--quiet", "--epochs", "45", "--checkpoint-every", "9");
      assertEquals(0, run(resumeHere, local), err());
      SweepCommandTest.assertSame(here, there);
    }
  }

  @Test
  void whatCannotBeOnAClusterIsRefusedInOneLine() throws Exception {
    String data = table().toString();
    String local = "local[1]";
    assertRefused(
        "--master must not be given without a table: points and images stay here; sweep trains cells"
            + " there, but is 'local[1]'.",
        "--master",
        local);
    assertRefused(
        "--blocks must be true with --master, but is 'false'.",
        "--data",
        data,
        "--target",
        "y",
        "--blocks",
        "false",
        "--master",
        local);
    assertRefused(
        "--batch-size must be full where rows are in blocks, which stay where they are and in their"
            + " order, but is '100'.",
        "--data",
        data,
        "--target",
        "y",
        "--batch-size",
        "100",
        "--master",
        local);
    assertRefused(
        "--arms must have no djl-batch-norm where rows are in blocks: its layer may need all rows at"
            + " once, and they are never together, but is 'djl-batch-norm'.",
        "--data",
        data,
        "--target",
        "y",
        "--arms",
        "djl-batch-norm",
        "--master",
        local);
  }

  /** Spark cuts a file at each line end, so that the second half of the cell would be a row. */
  @Test
  void aLineBreakWithinACellIsRefused() throws Exception {
    Path file = folder.resolve("notes.csv");
    String row = "1,2,\"6\"\" long\"\n3,4,6\" long\n5,6,\"\n";
    Files.writeString(file, "a,y,t\n" + row.repeat(20) + "9,9,z\"\n");
    assertRefused(
        file + " has a line break within a cell of notes.csv, which Spark cuts.",
        "--data",
        file.toString(),
        "--target",
        "y",
        "--ignore",
        "t",
        "--master",
        "local[1]");
  }

  @Test
  void aFileThatIsNoParquetIsNamed() throws Exception {
    Path file = folder.resolve("fake.parquet");
    Files.writeString(file, "a,y\n1,2\n");
    console.err.reset();
    Path output = folder.resolve("refused");
    String[] options = {"--data", file.toString(), "--target", "y", "--master", "local[1]"};
    assertEquals(2, run(List.of("--output", output.toString()), options), err());
    assertTrue(err().startsWith(file + " cannot be read ("), err());
    assertFalse(Files.exists(output));
  }

  private void assertRefused(String sentence, String... options) {
    console.err.reset();
    Path output = folder.resolve("refused");
    assertEquals(2, run(List.of("--output", output.toString()), options), err());
    assertEquals(sentence, err().strip());
    assertFalse(Files.exists(output));
  }
}
