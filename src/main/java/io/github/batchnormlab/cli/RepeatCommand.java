package io.github.batchnormlab.cli;

import io.github.batchnormlab.run.Cluster;
import io.github.batchnormlab.study.DeviceChoice;
import io.github.batchnormlab.study.Options;
import io.github.batchnormlab.study.Program;
import io.github.batchnormlab.study.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The command that repeats a run. */
final class RepeatCommand {
  private RepeatCommand() {}

  /** The command with the settings that differ from the defaults of other machines. */
  static String of(Settings settings) {
    return of(settings, null);
  }

  /**
   * The same where the rows are on a cluster.
   *
   * @param cluster which, or null for this machine
   */
  static String of(Settings settings, Cluster cluster) {
    Stream<String> arguments =
        Options.all().stream()
            .filter(option -> !option.name().equals("device")) // It chooses the class path too.
            .filter(option -> option.isIn(settings) && !option.isDefault(settings))
            .flatMap(option -> Stream.of("--" + option.name(), Options.text(option.in(settings))));
    return command(Shell.ofThisSystem(), settings, arguments, cluster);
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
        all.addAll(List.of("--device", device.toString()));
      }
      return shell.command(script.get(), all);
    }
    return (cluster == null ? "mvn compile exec:java " : "mvn -Pspark compile exec:java ")
        + (isCpu ? "" : shell.property("bn.device", device.toString()) + " ")
        + shell.execArgs(arguments);
  }
}
