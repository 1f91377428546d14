package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Settings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Progress as bars on a terminal, and as lines elsewhere. */
class ProgressTest {
  private static final Path SCRIPT = Path.of("/usr/bin/script");

  @TempDir private Path folder;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong seconds = new AtomicLong(100);

  private Progress lines(int epochs, int replicas) {
    return new Progress.Lines(
        Settings.defaults().with("epochs", epochs).with("replicas", replicas),
        new PrintStream(bytes, true, StandardCharsets.UTF_8),
        () -> seconds.get() * 1_000_000_000);
  }

  private List<String> printed() {
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private void train(Progress progress, Arm arm, Replicas replicas, int epochs) {
    progress.skipped(arm, 0);
    for (int epoch = 0; epoch < epochs; epoch++) {
      seconds.addAndGet(2);
      progress.epochEnded(arm, replicas, epoch, 4, 5);
    }
  }

  /** The second arm waits 20 s for the first one. Both take two seconds for each epoch. */
  @Test
  void anArmIsMeasuredFromItsOwnStart() {
    Progress progress = lines(10, 1);
    train(progress, Arms.BATCH_NORM, new Replicas(0, 1), 10);
    train(progress, Arms.NONE, new Replicas(0, 1), 5);

    assertEquals(
        "batch-norm  epoch 10/10  train 4.00 test 5.00  1 epochs/s  0:00 left", printed().get(9));
    assertEquals(
        "none        epoch 5/10  train 4.00 test 5.00  1 epochs/s  0:10 left", printed().get(14));
  }

  @Test
  void whatAnEarlierSessionTrainedTookNoTime() {
    Progress progress = lines(10, 1);
    progress.skipped(Arms.NONE, 8);
    seconds.addAndGet(2);
    progress.epochEnded(Arms.NONE, new Replicas(0, 1), 8, 4, 5);

    assertEquals(
        List.of("none        epoch 9/10  train 4.00 test 5.00  1 epochs/s  0:02 left"), printed());
  }

  @Test
  void ofReplicasItSaysWhichAndThatEpochsAreThoseOfAll() {
    Progress progress = lines(10, 3);
    train(progress, Arms.NONE, new Replicas(0, 2), 10);
    train(progress, Arms.NONE, new Replicas(2, 1), 10);

    assertEquals(
        "none        epoch 4/30 of 3 replicas  replicas 0 to 1: median train 4.00 test 5.00  1"
            + " epochs/s  0:26 left",
        printed().get(0));
    assertEquals(
        "none        epoch 30/30 of 3 replicas  replica 2: train 4.00 test 5.00  1 epochs/s  0:00"
            + " left",
        printed().get(9));
  }

  /** A bar moves up by as many lines as there are bars, and draws over what it finds there. */
  @Test
  void whatIsSaidBeforeTrainingStandsAboveTheBars() throws Exception {
    assumeTrue(Files.isExecutable(SCRIPT), "It takes a program that makes a terminal.");
    int many = Runtime.getRuntime().availableProcessors() + 1;
    String options = "--epochs 30 --hidden 4 --train-size 20 --threads " + many + " --output ";
    List<String> command = Child.command(List.of((options + folder.resolve("run")).split(" ")));
    Path screen = folder.resolve("screen");
    Process terminal =
        new ProcessBuilder(SCRIPT.toString(), "-qefc", String.join(" ", command), "/dev/null")
            .redirectErrorStream(true)
            .redirectOutput(screen.toFile())
            .start();
    assertTrue(terminal.waitFor(1, TimeUnit.MINUTES), "it ends");
    String shown = Files.readString(screen, StandardCharsets.ISO_8859_1);
    assertEquals(0, terminal.exitValue(), shown);
    int warning = shown.indexOf("Warning: --threads " + many);
    int bar = shown.indexOf("0% [");
    assertTrue(0 <= warning && warning < bar, shown);
  }
}
