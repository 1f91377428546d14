package io.github.batchnormlab.run;

import ai.djl.Device;
import io.github.batchnormlab.engine.ThisMachine;
import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import io.github.batchnormlab.train.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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

  /** As many as {@code diagnostics.csv} of the default study has for an arm: 52 looks at 56. */
  private static final int ROWS_OF_DIAGNOSTICS = 52 * 56;

  private Path folder;
  private Checkpoints checkpoints;
  private Training.State training;

  /** Trains a little, and makes as much of it as the default study has at its end. */
  @Setup
  public void train() throws Exception {
    folder = Files.createTempDirectory(Path.of("target"), "checkpoints");
    Settings few =
        Settings.defaults()
            .with("arms", List.of(Arms.BATCH_NORM))
            .with("epochs", EPOCHS_OF_A_SMALL_STUDY)
            .with("train-size", 20);
    Cadence seldom = Cadence.parse("1h");
    Study.run(few, null, Checkpoints.in(folder, seldom), "", StudyListener.NONE);
    Training.State small =
        Checkpoints.read(folder, seldom).take(Arms.BATCH_NORM, new Replicas(0, 1)).orElseThrow();
    Settings all = Settings.defaults();
    int epochs = all.fit().epochs();
    training =
        new Training.State(
            Arms.BATCH_NORM,
            small.replicas(),
            epochs,
            small.seconds(),
            new double[1][epochs],
            new double[1][epochs],
            Map.of(),
            Stream.generate(small.diagnostics()::stream)
                .flatMap(rows -> rows)
                .limit(ROWS_OF_DIAGNOSTICS)
                .toList(),
            small.values());
    checkpoints = Checkpoints.in(folder, Cadence.parse("30s"));
    checkpoints.begin(
        all,
        List.of(small.replicas()),
        List.of(),
        ThisMachine.versions(),
        ThisMachine.name(Device.cpu()));
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
