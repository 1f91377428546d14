package io.github.batchnormlab.cli;

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
    List<String> arguments =
        Options.all().stream()
            .filter(option -> !option.name().equals("device")) // It chooses the class path too.
            .filter(option -> option.isIn(settings) && !option.isDefault(settings))
            .flatMap(option -> Stream.of("--" + option.name(), Options.text(option.in(settings))))
            .toList();
    return command(Shell.ofThisSystem(), settings, arguments);
  }

  /** The command that goes on with a run. */
  static String goingOn(Settings settings, Path run) {
    return goingOn(Shell.ofThisSystem(), settings, run);
  }

  static String goingOn(Shell shell, Settings settings, Path run) {
    // A name that begins so would be taken for an option.
    Path plain = run.toString().startsWith("-") ? Path.of(".").resolve(run) : run;
    return command(shell, settings, List.of("resume", plain.toString()));
  }

  /** The program is called as this time, by its own script or through Maven. */
  private static String command(Shell shell, Settings settings, List<String> arguments) {
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
    return "mvn compile exec:java "
        + (isCpu ? "" : shell.property("bn.device", device.toString()) + " ")
        + shell.execArgs(arguments);
  }
}
