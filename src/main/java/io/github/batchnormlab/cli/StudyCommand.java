package io.github.batchnormlab.cli;

import io.github.batchnormlab.run.Cadence;
import io.github.batchnormlab.run.Checkpoints;
import io.github.batchnormlab.run.Cluster;
import io.github.batchnormlab.run.RunFolder;
import io.github.batchnormlab.study.Provenance;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The program without a command: runs a study, writes the results, says where they are. */
@Command(
    name = "batchnorm-lab",
    mixinStandardHelpOptions = true,
    versionProvider = StudyCommand.Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    header = "Trains the same network with and without normalization and compares them.",
    synopsisHeading = HelpPages.USAGE,
    customSynopsis = "mvn compile exec:java [-Dexec.args=\"[COMMAND] [OPTIONS]\"]",
    description = {
      "",
      "Without a command it runs a study: a 3 -> hidden -> 3 perceptron with tanh learns"
          + " x = r + 2g + 3b, y = r² + 2g² + 3b², lv = -3r - 4g - 5b from uniform points, by Adam"
          + " on the full batch. With --data and --target it learns a table of your own, with --data alone images. The results"
          + " are a report to open in a browser, a picture, the losses as CSV, and the models."
    },
    optionListHeading = "%nOptions of a study, with their defaults in parentheses%n%n",
    commandListHeading = "%nCommands%n",
    footer = {
      "",
      "Examples",
      "  mvn compile exec:java -Dexec.args=\"--epochs 2000 --replicas 8 --show\"",
      "  mvn compile exec:java -Dexec.args=\"--data houses.csv --target price --hidden 64,64"
          + " --batch-size 128\"",
      "  mvn compile exec:java -Dexec.args=\"resume runs/2026-11-24_09-30-00\"",
      "  mvn compile exec:java -Dexec.args=\"help resume\"",
      "Each option is a property too: -Dbn.epochs=2000 is --epochs 2000."
    })
final class StudyCommand implements Callable<Integer> {
  private static final String BLOCKS = "blocks";

  @Spec private CommandSpec spec;

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description = "Where the results go: a new or empty folder (runs/<start time>).")
  private Path output;

  @Mixin private Master master;

  @Mixin private Display display;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "TIME",
      defaultValue = Cadence.DEFAULT,
      description = Cadence.HELP)
  private String checkpointEvery;

  private SettingOptions options;

  /** Adds the options that picocli cannot find by itself. */
  void addSettings() {
    options = SettingOptions.ofStudy(spec);
  }

  @Override
  public Integer call() {
    Settings settings = settings();
    Cadence cadence = Cadence.parse(checkpointEvery);
    display.check();
    try (Cluster cluster = master.open();
        RunFolder folder = RunFolder.createOrNew(output)) {
      Checkpoints checkpoints = Checkpoints.in(folder.checkpoints(), cadence);
      return new StudyRun(settings, folder, checkpoints, display, cluster).run();
    }
  }

  /** On other machines rows are in blocks. */
  private Settings settings() {
    Settings given = options.settings();
    if (!master.isGiven()) {
      return given;
    }
    if (given.kind() != Settings.Kind.TABLE) {
      master.checkNotGiven(
          "without a table: points and images stay here; sweep trains cells there");
    }
    if (options.given().containsKey(BLOCKS) && !given.machine().blocks()) {
      throw new SettingException(BLOCKS, "false", "must be true with --master");
    }
    return given.with(BLOCKS, true);
  }

  /** What {@code --version} prints. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"BatchNorm Lab " + Provenance.projectVersion()};
    }
  }
}
