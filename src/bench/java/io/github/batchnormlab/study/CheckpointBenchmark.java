package io.github.batchnormlab.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One checkpoint at the end of the default study, forced to the disk: 0.5 MB. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(2)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class CheckpointBenchmark {
  private static final int EPOCHS_OF_A_SMALL_STUDY = 1_000;

  private Path folder;
  private Checkpoints checkpoints;
  private Checkpoint.Training training;

  /** Trains a little, and makes as much of it as the default study has at its end. */
  @Setup
  public void train() throws IOException, DeviceException, RunException {
    folder = Files.createTempDirectory(Path.of("target"), "checkpoints");
    Settings few =
        Settings.builder()
            .optArms(Arm.BATCH_NORM)
            .optEpochs(EPOCHS_OF_A_SMALL_STUDY)
            .optTrainSize(20)
            .build();
    Checkpoints made = Checkpoints.none(folder, few, Cadence.parse("1h"));
    Study.run(null, made, "", StudyListener.NONE);
    Checkpoint.Training small =
        Checkpoints.read(folder).take(Arm.BATCH_NORM, new Group(0, 1)).orElseThrow();
    Settings all = Settings.builder().build();
    int looks = DiagnosticEpochs.of(all.epochs()).size();
    int rowsOfALook = small.diagnostics().size() / DiagnosticEpochs.of(few.epochs()).size();
    training =
        new Checkpoint.Training(
            Arm.BATCH_NORM,
            small.group(),
            all.epochs(),
            small.seconds(),
            new double[1][all.epochs()],
            new double[1][all.epochs()],
            Stream.generate(small.diagnostics()::stream)
                .flatMap(rows -> rows)
                .limit((long) looks * rowsOfALook)
                .toList(),
            small.state());
    checkpoints = Checkpoints.none(folder, all, Cadence.parse("30s"));
  }

  /** Removes what was written. */
  @TearDown
  public void remove() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Encodes, sums, writes, forces and renames. */
  @Benchmark
  public void save() throws IOException {
    checkpoints.save(training, 1);
  }
}
