package io.github.batchnormlab.cli;

import io.github.batchnormlab.study.DeviceChoice;
import io.github.batchnormlab.study.Options;
import io.github.batchnormlab.study.Settings;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** The command that repeats a run. */
final class RepeatCommand {
  private RepeatCommand() {}

  /** The Maven command with the settings that differ from the defaults of other machines. */
  static String of(Settings settings) {
    Settings defaults = Settings.defaults();
    String options =
        Options.all().stream()
            .filter(option -> !option.name().equals("device")) // It chooses the class path too.
            .filter(
                option ->
                    !option.hasFixedDefault() || !option.in(settings).equals(option.in(defaults)))
            .map(option -> "--" + option.name() + " " + Options.text(option.in(settings)))
            .collect(Collectors.joining(" "));
    return maven(settings, options);
  }

  /** The Maven command that goes on with a run. */
  static String goingOn(Settings settings, Path run) {
    String folder = run.toString().contains(" ") ? "'" + run + "'" : run.toString();
    return maven(settings, "resume " + folder);
  }

  private static String maven(Settings settings, String options) {
    DeviceChoice device = settings.machine().device();
    return "mvn compile exec:java"
        + (device.kind() == DeviceChoice.Kind.CPU ? "" : " -Dbn.device=" + device)
        + " -Dexec.args=\""
        + options
        + "\"";
  }
}
