package io.github.batchnormlab.cli;

import io.github.batchnormlab.run.Cadence;
import io.github.batchnormlab.run.Checkpoints;
import io.github.batchnormlab.run.Cluster;
import io.github.batchnormlab.run.RunException;
import io.github.batchnormlab.run.RunFolder;
import io.github.batchnormlab.run.SweepFolder;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Sweep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Goes on with a run in its folder. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    versionProvider = StudyCommand.Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    header = "Goes on with a run or a sweep that was interrupted or killed, or extends it.",
    synopsisHeading = HelpPages.USAGE,
    customSynopsis = "mvn compile exec:java -Dexec.args=\"resume RUN [OPTIONS]\"",
    description = {
      "",
      "The run goes on in its folder, with its own settings. What then comes out equals that of a"
          + " run that was never interrupted. A larger --epochs extends it. Of a sweep, the cells that"
          + " are done are not trained again.",
      ""
    },
    footer = {
      "",
      "Example",
      "  mvn compile exec:java -Dexec.args=\"resume runs/2026-11-24_09-30-00\""
    })
final class ResumeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "RUN",
      arity = "1",
      description = "The folder of the run or the sweep, such as runs/2026-11-24_09-30-00.")
  private Path run;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "TIME",
      defaultValue = Cadence.DEFAULT,
      description = Cadence.HELP)
  private String checkpointEvery;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      description = "Of a sweep: train so many cells at the same time (1).")
  private String parallel;

  @Mixin private Master master;

  @Mixin private Display display;

  private SettingOptions options;

  /** Adds the options that picocli cannot find by itself. */
  void addSettings() {
    options = SettingOptions.ofRun(spec);
  }

  @Override
  public Integer call() throws IOException {
    Cadence cadence = Cadence.parse(checkpointEvery);
    display.check();
    if (!cadence.isOn()) { // What is written now would be taken back by the next time.
      throw new SettingException(
          "checkpoint-every", checkpointEvery, "must not switch checkpoints off in resume");
    }
    if (SweepFolder.isAt(run)) {
      return goOnWithSweep(cadence);
    }
    SweepRun.atOnce(parallel, false);
    try (RunFolder folder = RunFolder.open(run)) {
      Checkpoints checkpoints = Checkpoints.read(folder.checkpoints(), cadence);
      checkpoints.warnings().forEach(display::warn);
      Settings settings = options.settings(checkpoints.saved(), run);
      if (!settings.machine().blocks()) {
        master.checkNotGiven("of a run whose rows are not in blocks");
      }
      try (Cluster cluster = master.open()) {
        return new StudyRun(settings, folder, checkpoints, display, cluster).run();
      }
    } catch (RunException e) {
      display.err().println("resume: " + e.getMessage());
      return Main.FAILED;
    }
  }

  private int goOnWithSweep(Cadence cadence) throws IOException {
    int atOnce = SweepRun.atOnce(parallel, master.isGiven());
    try (SweepFolder folder = SweepFolder.open(run)) {
      Sweep before = folder.sweep();
      Sweep sweep = options.settings(before, run);
      try (Cluster cluster = master.open()) {
        if (!SweepRun.canBegin(sweep, cluster, display.err())) {
          return Main.REFUSED;
        }
        if (!sweep.equals(before)) {
          folder.write(sweep, RepeatCommand.of(sweep, cluster));
        }
        return new SweepRun(sweep, folder, cadence, display, atOnce, cluster).run();
      }
    } catch (RunException e) {
      display.err().println("resume: " + e.getMessage());
      return Main.FAILED;
    }
  }
}
