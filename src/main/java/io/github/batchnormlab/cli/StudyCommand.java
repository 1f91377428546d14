package io.github.batchnormlab.cli;

import io.github.batchnormlab.report.ComparisonReport;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Cadence;
import io.github.batchnormlab.study.Checkpoints;
import io.github.batchnormlab.study.DeviceChoice;
import io.github.batchnormlab.study.Precision;
import io.github.batchnormlab.study.Provenance;
import io.github.batchnormlab.study.RunException;
import io.github.batchnormlab.study.RunFolder;
import io.github.batchnormlab.study.RunReader;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import io.github.batchnormlab.study.WholeFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line: reads the options, runs the study, writes the results, says where they are. */
@Command(
    name = "batchnorm-lab",
    mixinStandardHelpOptions = true,
    versionProvider = StudyCommand.Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    header = "Trains the same network with and without batch normalization and compares them.",
    description = {
      "",
      "A 3 -> hidden -> 3 perceptron with tanh learns x = r + 2g + 3b, y = r² + 2g² + 3b²,"
          + " lv = -3r - 4g - 5b from uniform points, by Adam on the full batch. The results are"
          + " a report to open in a browser, a picture, the losses as CSV, and the models.",
      ""
    },
    footer = {
      "",
      "Each option is also a system property: -Dbn.epochs=200 is --epochs 200.",
      "With Maven: mvn compile exec:java -Dexec.args=\"--epochs 200\""
    })
final class StudyCommand implements Callable<Integer> {
  private static final DateTimeFormatter START_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd_HH-mm-ss");

  @Spec private CommandSpec spec;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Steps on the full training set (${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the data and the initial weights (${DEFAULT-VALUE}).")
  private int seed;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "How often to repeat the study, with the seeds seed, seed + 1, … (${DEFAULT-VALUE}).")
  private int replicas;

  @Option(
      names = "--hidden",
      paramLabel = "N",
      defaultValue = "300",
      description = "Hidden units (${DEFAULT-VALUE}).")
  private int hidden;

  @Option(
      names = "--bias",
      paramLabel = "true|false",
      arity = "1",
      defaultValue = "true",
      description = "Whether the first linear layer has a bias (${DEFAULT-VALUE}).")
  private boolean bias;

  @Option(
      names = "--train-size",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Training points (${DEFAULT-VALUE}).")
  private int trainSize;

  @Option(
      names = "--test-size",
      paramLabel = "N",
      defaultValue = "300",
      description = "Test points (${DEFAULT-VALUE}).")
  private int testSize;

  @Option(
      names = "--red",
      paramLabel = "LOW:HIGH",
      defaultValue = "-1:1",
      description = "Range of r (${DEFAULT-VALUE}).")
  private String red;

  @Option(
      names = "--green",
      paramLabel = "LOW:HIGH",
      defaultValue = "-1:1",
      description = "Range of g (${DEFAULT-VALUE}).")
  private String green;

  @Option(
      names = "--blue",
      paramLabel = "LOW:HIGH",
      defaultValue = "-1:1",
      description = "Range of b (${DEFAULT-VALUE}).")
  private String blue;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      defaultValue = "0.001",
      description = "Learning rate of Adam (${DEFAULT-VALUE}).")
  private double learningRate;

  @Option(
      names = "--lambda",
      paramLabel = "X",
      defaultValue = "0.9",
      description =
          "Share of the old value that a running statistic keeps at each step"
              + " (${DEFAULT-VALUE}).")
  private double lambda;

  @Option(
      names = "--epsilon",
      paramLabel = "X",
      defaultValue = "1e-6",
      description = "What batch normalization adds to the variance (${DEFAULT-VALUE}).")
  private double epsilon;

  @Option(
      names = "--arms",
      paramLabel = "ARM[,ARM...]",
      defaultValue = "batch-norm,none",
      description = {
        "The networks to compare (${DEFAULT-VALUE}), of:",
        "batch-norm: variance divided by n - 1;",
        "batch-norm-plain: the same, computed step by step;",
        "batch-norm-population: variance divided by n;",
        "djl-batch-norm: DJL's own layer;",
        "none: no normalization."
      })
  private String arms;

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      defaultValue = "float64",
      description = "float64 or float32 (${DEFAULT-VALUE}).")
  private String precision;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description =
          "cpu, gpu, gpu:N or auto (${DEFAULT-VALUE}). A GPU needs the CUDA build of PyTorch:"
              + " start Maven with -Dbn.device=gpu.")
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Processor threads for all arms together (as many as there are cores).")
  private Integer threads;

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description = "Where the results go, a new or empty folder (runs/<start time>).")
  private Path output;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "TIME",
      defaultValue = "30s",
      description =
          "How often to save what the run needs to go on: a time such as 30s, 5m or 1h, or a number"
              + " of epochs, or 0 for never (${DEFAULT-VALUE}).")
  private String checkpointEvery;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description =
          "Go on with a run that was interrupted or killed, in its folder and with its settings. A"
              + " larger --epochs extends it.")
  private Path resume;

  @Option(
      names = "--compare",
      arity = "1..*",
      paramLabel = "RUN",
      description =
          "Make one report over finished runs, from the files in their folders, and train nothing.")
  private List<Path> compare;

  @Option(names = "--show", description = "Open the report in the browser at the end.")
  private boolean show;

  @Option(names = "--quiet", description = "Print the report's path and nothing else.")
  private boolean quiet;

  @Override
  public Integer call() throws IOException {
    if (resume != null && output != null) {
      throw new SettingException(
          "output", output, "must not be given with --resume, which writes into the run's folder");
    }
    if (resume != null && compare != null) {
      throw new SettingException("resume", resume, "must not be given with --compare");
    }
    if (compare != null) {
      return compare();
    }
    return resume == null ? study() : goOn();
  }

  private int compare() throws IOException {
    Map<String, StudyResult> runs = new LinkedHashMap<>();
    try {
      for (Path run : compare) {
        Path name = run.toAbsolutePath().normalize().getFileName();
        if (runs.put(name == null ? "/" : name.toString(), RunReader.read(run)) != null) {
          throw new SettingException(
              "compare", run, "must name runs in folders of different names");
        }
      }
    } catch (RunException e) {
      spec.commandLine().getErr().println("--compare: " + e.getMessage());
      return Main.REFUSED;
    }
    try (RunFolder folder = output == null ? newFolder() : RunFolder.create(output)) {
      Path report = folder.path().resolve("report.html");
      WholeFile.<RuntimeException>file(report, path -> ComparisonReport.write(runs, path));
      announce(report);
      return Main.OK;
    }
  }

  private void announce(Path report) {
    PrintWriter out = spec.commandLine().getOut();
    out.println((quiet ? "" : "Report: ") + report.toAbsolutePath());
    out.flush();
    if (show) {
      Browser.open(report).ifPresent(this::warn);
    }
  }

  private int study() {
    Settings settings = settings();
    Cadence cadence = Cadence.parse(checkpointEvery);
    try (RunFolder folder = output == null ? newFolder() : RunFolder.create(output)) {
      return train(folder, Checkpoints.none(folder.checkpoints(), settings, cadence));
    }
  }

  private int goOn() {
    Cadence cadence = Cadence.parse(checkpointEvery);
    if (!cadence.isOn()) { // What is written now would be taken back by the next --resume.
      throw new SettingException(
          "checkpoint-every", checkpointEvery, "must not switch checkpoints off with --resume");
    }
    try (RunFolder folder = RunFolder.open(resume)) {
      Checkpoints checkpoints = Checkpoints.read(folder.checkpoints());
      checkpoints.warnings().forEach(this::warn);
      Settings settings = resumed(checkpoints.settings());
      return train(folder, checkpoints.forSettings(settings, cadence));
    } catch (RunException e) {
      return failed("--resume: " + e.getMessage());
    }
  }

  /** Those of the run; what is given beside --resume must not differ, but for more epochs. */
  private Settings resumed(Settings before) {
    before
        .asOptions()
        .forEach(
            (name, value) -> {
              if (!isGiven(name)) {
                spec.findOption("--" + name).setValue(value);
              }
            });
    Settings now = settings();
    Map<String, Object> given = now.asOptions();
    for (Map.Entry<String, Object> option : before.asOptions().entrySet()) {
      String name = option.getKey();
      Object value = given.get(name);
      boolean isLonger = name.equals("epochs") && epochs > before.epochs();
      if (isGiven(name) && !value.equals(option.getValue()) && !isLonger) {
        throw new SettingException(
            name,
            value,
            (name.equals("epochs") ? "must be at least " : "must be ")
                + option.getValue()
                + " in "
                + resume
                + ", where --resume goes on with the run's own settings");
      }
    }
    return now;
  }

  private boolean isGiven(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption("--" + option)
        || PropertyDefaults.isGiven(option);
  }

  private int train(RunFolder folder, Checkpoints checkpoints) {
    CommandLine line = spec.commandLine();
    return new StudyRun(folder, checkpoints, quiet, line.getOut(), line.getErr())
        .run(this::announce);
  }

  /** The settings that the options make. */
  Settings settings() {
    Settings.Builder builder = Settings.builder();
    if (threads != null) {
      builder.optThreads(threads);
    }
    return builder
        .optEpochs(epochs)
        .optSeed(seed)
        .optReplicas(replicas)
        .optHidden(hidden)
        .optBias(bias)
        .optTrainSize(trainSize)
        .optTestSize(testSize)
        .optRanges(
            Settings.parseRange("red", red),
            Settings.parseRange("green", green),
            Settings.parseRange("blue", blue))
        .optLearningRate(learningRate)
        .optLambda(lambda)
        .optEpsilon(epsilon)
        .optArms(Arm.parseList(arms))
        .optPrecision(Precision.parse(precision))
        .optDevice(DeviceChoice.parse(device))
        .build();
  }

  /** A folder named by the time of the start, and by a number where that is taken. */
  private static RunFolder newFolder() {
    String start = LocalDateTime.now().format(START_TIME);
    for (int i = 1; ; i++) {
      Path folder = Path.of("runs", i == 1 ? start : start + "_" + i);
      boolean isTaken = folder.toFile().exists();
      try {
        if (!isTaken) {
          return RunFolder.create(folder);
        }
      } catch (SettingException e) {
        if (!Files.exists(folder)) {
          throw e;
        } // Else a run that was started in the same second has been faster.
      }
    }
  }

  private int failed(String message) {
    spec.commandLine().getErr().println(message);
    return Main.FAILED;
  }

  private void warn(String message) {
    spec.commandLine().getErr().println("Warning: " + message);
  }

  /** What {@code --version} prints. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"BatchNorm Lab " + Provenance.projectVersion()};
    }
  }
}
