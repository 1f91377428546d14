package io.github.batchnormlab.cli;

import io.github.batchnormlab.study.Options;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Sweep;
import io.github.batchnormlab.study.Varied;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The settings as options of a command. */
final class SettingOptions {
  /** Picocli's options have the order -1 if none is given. */
  private static final int BEFORE_OTHERS = -2;

  private final CommandSpec command;

  private SettingOptions(CommandSpec command) {
    this.command = command;
  }

  /** Adds an option for each setting. */
  static SettingOptions ofStudy(CommandSpec command) {
    Options.all().forEach(option -> command.addOption(spec(option).build()));
    return new SettingOptions(command);
  }

  /** The same for a run that goes on: only what may grow is shown. */
  static SettingOptions ofRun(CommandSpec command) {
    for (Options.Option option : Options.all()) {
      OptionSpec.Builder spec = spec(option).hidden(!option.mayGrow() && !option.mayMove());
      String help =
          option.mayMove()
              ? option.label() + ", if it has moved since; it must be the same file."
              : option.help() + "; may be larger than it was.";
      command.addOption(spec.description(help).build());
    }
    return new SettingOptions(command);
  }

  /** All values are texts here: {@link Options} reads them, and says what is wrong with them. */
  private static OptionSpec.Builder spec(Options.Option option) {
    List<String> description = new ArrayList<>();
    String byDefault = option.hasDefault() ? " (" + option.defaultText() + ")." : ".";
    description.add(option.help() + byDefault);
    option.choices().forEach((choice, what) -> description.add("  " + choice + ": " + what));
    return OptionSpec.builder("--" + option.name())
        .paramLabel(option.kind())
        .type(String.class)
        .arity("1")
        .order(BEFORE_OTHERS)
        .description(description.toArray(String[]::new));
  }

  /** The values that are given, as options or as properties. */
  Map<String, String> given() {
    Map<String, String> given = new LinkedHashMap<>();
    for (Options.Option option : Options.all()) {
      String value = command.findOption("--" + option.name()).getValue();
      if (value != null) {
        given.put(option.name(), value);
      }
    }
    return given;
  }

  /**
   * The settings that are given, and for the others the defaults.
   *
   * @throws SettingException if they make no study
   */
  Settings settings() {
    return Settings.parse(given());
  }

  /**
   * The cells of a sweep that goes on, each with its own settings.
   *
   * @param before what they were
   * @param run the sweep, for the message
   * @throws SettingException if a setting is given that varies, or must not differ and does
   */
  Sweep settings(Sweep before, Object run) {
    for (Varied varied : before.varied()) {
      if (given().containsKey(varied.name())) {
        throw new SettingException(
            varied.name(), given().get(varied.name()), "must not be given: it varies in " + run);
      }
    }
    List<Sweep.Cell> cells = new ArrayList<>();
    for (Sweep.Cell cell : before.cells()) {
      cells.add(new Sweep.Cell(cell.name(), cell.values(), settings(cell.settings(), run)));
    }
    return new Sweep(before.varied(), before.sampleSeed(), cells);
  }

  /**
   * The settings of a run that goes on.
   *
   * @param before those that it had
   * @param run the run, for the message
   * @throws SettingException if one is given that must not differ, and does
   */
  Settings settings(Settings before, Object run) {
    Settings now = before.with(given());
    for (Options.Option option : Options.all()) {
      Object was = option.in(before);
      Object is = option.in(now);
      boolean isLarger =
          option.mayGrow() && ((Number) is).doubleValue() > ((Number) was).doubleValue();
      boolean hasMoved = option.mayMove() && option.isIn(before) && option.isIn(now);
      if (!is.equals(was) && !isLarger && !hasMoved) {
        throw new SettingException(
            option.name(),
            Options.text(is),
            (option.mayGrow() ? "must be at least " : "must be ")
                + (was.equals("") ? "none" : Options.text(was))
                + " in "
                + run
                + ", which goes on with its own settings");
      }
    }
    return now;
  }
}
