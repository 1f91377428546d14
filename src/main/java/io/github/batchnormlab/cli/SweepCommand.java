package io.github.batchnormlab.cli;

import io.github.batchnormlab.data.NumberStream;
import io.github.batchnormlab.run.Cadence;
import io.github.batchnormlab.run.Cluster;
import io.github.batchnormlab.run.SweepFolder;
import io.github.batchnormlab.study.Options;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Sweep;
import io.github.batchnormlab.study.Varied;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a study for each combination of the values of some settings. */
@Command(
    name = "sweep",
    mixinStandardHelpOptions = true,
    versionProvider = StudyCommand.Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    header = "Runs a study for each combination of the values of some settings.",
    synopsisHeading = HelpPages.USAGE,
    customSynopsis = "mvn compile exec:java -Dexec.args=\"sweep --vary NAME=VALUES [OPTIONS]\"",
    description = {
      "",
      "Each combination is a cell: a run in a folder of its own, which the other commands take like"
          + " any run. One report and one table show all of them. The settings that do not vary are"
          + " options as for a study."
    },
    optionListHeading = "%nOptions of a sweep, with their defaults in parentheses%n%n",
    footer = {
      "",
      "Examples",
      "  mvn compile exec:java -Dexec.args=\"sweep --vary learning-rate=0.0001,0.001,0.01 --vary"
          + " hidden=30,300 --replicas 8 --epochs 2000\"",
      "  mvn compile exec:java -Dexec.args=\"resume runs/2026-11-24_09-30-00\""
    })
final class SweepCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--vary",
      paramLabel = "SETTING=VALUE[,VALUE...]",
      description =
          "A setting and its values: hidden=30,300, or seed=0..31 for whole numbers. Values that hold"
              + " commas are parted by semicolons: hidden=64,32;300. May be given for several"
              + " settings.")
  private List<String> vary = new ArrayList<>();

  @Option(
      names = "--sample",
      paramLabel = "N",
      description = "Train so many of the combinations, drawn at random (all of them).")
  private String sample;

  @Option(names = "--sample-seed", paramLabel = "SEED", description = "Seed of that draw (0).")
  private String sampleSeed;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      description =
          "Train so many cells at the same time; they share the cores, and the results are the same"
              + " (1).")
  private String parallel;

  @Mixin private Master master;

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description = "Where the results go: a new or empty folder (runs/<start time>).")
  private Path output;

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
    List<Varied> varied = vary.stream().map(this::varied).toList();
    Sweep sweep = sweep(varied, Sweep.size(varied));
    int atOnce = SweepRun.atOnce(parallel, master.isGiven());
    Cadence cadence = Cadence.parse(checkpointEvery);
    display.check();
    try (Cluster cluster = master.open()) {
      if (!SweepRun.canBegin(sweep, cluster, display.err())) {
        return Main.REFUSED;
      }
      String command = RepeatCommand.of(sweep, cluster);
      try (SweepFolder folder = SweepFolder.create(output, sweep, command)) {
        return new SweepRun(sweep, folder, cadence, display, atOnce, cluster).run();
      }
    }
  }

  private Varied varied(String text) {
    Varied varied = Varied.parse(text);
    if (Options.all().stream().noneMatch(option -> option.name().equals(varied.name()))) {
      String suggestion =
          Nearest.setting(varied.name())
              .map(nearest -> "such as " + nearest)
              .orElse("and there is no " + varied.name());
      throw new SettingException(Varied.option(), text, "must name a setting, " + suggestion);
    }
    return varied;
  }

  /**
   * All combinations, or those that are drawn, in rising order.
   *
   * @param size how many combinations there are
   */
  private Sweep sweep(List<Varied> varied, int size) {
    if (sample == null) {
      if (sampleSeed != null) {
        throw new SettingException("sample-seed", sampleSeed, "needs --sample");
      }
      return Sweep.of(options.given(), varied, Sweep.all(size));
    }
    int count = WholeNumber.parse("sample", sample, 1, size);
    int seed =
        sampleSeed == null ? 0 : WholeNumber.parse("sample-seed", sampleSeed, 0, Integer.MAX_VALUE);
    int[] chosen = Arrays.copyOf(new NumberStream(seed).permutation(size), count);
    Arrays.sort(chosen);
    return Sweep.of(options.given(), varied, chosen).drawnBy(seed);
  }
}
