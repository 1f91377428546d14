package io.github.batchnormlab.cli;

import io.github.batchnormlab.study.DeviceChoice;
import io.github.batchnormlab.study.Settings;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** The command that repeats a run. */
final class RepeatCommand {
  private RepeatCommand() {}

  /** The Maven command with the settings that differ from the defaults. */
  static String of(Settings settings) {
    Map<String, Object> defaults = Settings.builder().build().asOptions();
    String options =
        settings.asOptions().entrySet().stream()
            .filter(
                option ->
                    option.getKey().equals("threads") // The default is the machine's.
                        || !option.getValue().equals(defaults.get(option.getKey())))
            .filter(option -> !option.getKey().equals("device"))
            .map(option -> "--" + option.getKey() + " " + option.getValue())
            .collect(Collectors.joining(" "));
    return maven(settings, options);
  }

  /** The Maven command that goes on with a run. */
  static String goingOn(Settings settings, Path run) {
    String folder = run.toString().contains(" ") ? "'" + run + "'" : run.toString();
    return maven(settings, "--resume " + folder);
  }

  private static String maven(Settings settings, String options) {
    String device =
        settings.device().kind() == DeviceChoice.Kind.CPU
            ? ""
            : " -Dbn.device=" + settings.device();
    return "mvn compile exec:java" + device + " -Dexec.args=\"" + options + "\"";
  }
}
