package io.github.batchnormlab.cli;

import io.github.batchnormlab.run.Cluster;
import io.github.batchnormlab.run.Study;
import io.github.batchnormlab.study.DeviceChoice;
import io.github.batchnormlab.study.Options;
import io.github.batchnormlab.study.Program;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Sweep;
import io.github.batchnormlab.study.Varied;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command that repeats a run. */
final class RepeatCommand {
  private static final String DEVICE = "device";

  private RepeatCommand() {}

  /**
   * The command with the settings that differ from the defaults of other machines. A cluster is
   * named if the rows are there.
   *
   * @param cluster what trains, or null for this machine
   */
  static String of(Settings settings, Cluster cluster) {
    return command(
        Shell.ofThisSystem(),
        settings,
        options(settings, Set.of()),
        Study.isSpread(settings, cluster) ? cluster : null);
  }

  /**
   * The command that repeats a sweep: the results are the same on a cluster, which is named only if
   * the rows are there.
   *
   * @param cluster what trains, or null for this machine
   */
  static String of(Sweep sweep, Cluster cluster) {
    Settings first = sweep.cells().get(0).settings();
    Set<String> varied = sweep.varied().stream().map(Varied::name).collect(Collectors.toSet());
    List<String> arguments = new ArrayList<>(List.of("sweep"));
    sweep.varied().forEach(each -> arguments.addAll(List.of("--vary", each.toString())));
    sweep
        .sampleSeed()
        .ifPresent(
            seed ->
                arguments.addAll(
                    List.of(
                        "--sample",
                        Integer.toString(sweep.cells().size()),
                        "--sample-seed",
                        Integer.toString(seed))));
    options(first, varied).forEach(arguments::add);
    return command(
        Shell.ofThisSystem(),
        varied.contains(DEVICE) ? first.with(DEVICE, "cpu") : first,
        arguments.stream(),
        SweepRun.isSpread(sweep, cluster) ? cluster : null);
  }

  /** The settings that differ from the defaults of other machines, as options. */
  private static Stream<String> options(Settings settings, Set<String> without) {
    return Options.all().stream()
        .filter(option -> !option.name().equals(DEVICE)) // It chooses the class path too.
        .filter(option -> !without.contains(option.name()))
        .filter(option -> option.isIn(settings) && !option.isDefault(settings))
        .flatMap(option -> Stream.of("--" + option.name(), Options.text(option.in(settings))));
  }

  /** The command that goes on with a run. */
  static String goingOn(Settings settings, Path run) {
    return goingOn(Shell.ofThisSystem(), settings, run);
  }

  static String goingOn(Shell shell, Settings settings, Path run) {
    return command(shell, settings, resume(run), null);
  }

  /**
   * The command that goes on with a run or a sweep on a cluster.
   *
   * @param cluster which, or null for this machine
   */
  static String goingOn(Settings settings, Path run, Cluster cluster) {
    return command(Shell.ofThisSystem(), settings, resume(run), cluster);
  }

  private static Stream<String> resume(Path run) {
    // A name that begins so would be taken for an option.
    Path plain = run.toString().startsWith("-") ? Path.of(".").resolve(run) : run;
    return Stream.of("resume", plain.toString());
  }

  /** The program is called as this time, by its own script or through Maven. */
  private static String command(
      Shell shell, Settings settings, Stream<String> given, Cluster cluster) {
    Stream<String> where =
        cluster == null ? Stream.of() : Stream.of("--" + Cluster.OPTION, cluster.master());
    List<String> arguments = Stream.concat(given, where).toList();
    DeviceChoice device = settings.machine().device();
    boolean isCpu = device.kind() == DeviceChoice.Kind.CPU;
    Optional<String> script = Program.command();
    if (script.isPresent()) {
      List<String> all = new ArrayList<>(arguments);
      if (!isCpu) {
        all.addAll(List.of("--" + DEVICE, device.toString()));
      }
      return shell.command(script.get(), all);
    }
    return (cluster == null ? "mvn compile exec:java " : "mvn -Pspark compile exec:java ")
        + (isCpu ? "" : shell.property("bn.device", device.toString()) + " ")
        + shell.execArgs(arguments);
  }
}
