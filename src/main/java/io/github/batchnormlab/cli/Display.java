package io.github.batchnormlab.cli;

import io.github.batchnormlab.report.Thresholds;
import io.github.batchnormlab.study.SettingException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a command shows, and how loudly: options of every command that makes a report. */
final class Display {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(names = "--show", description = "Open the report in the browser at the end.")
  private boolean show;

  @Option(names = "--quiet", description = "Print the report's path and nothing else.")
  private boolean quiet;

  @Option(
      names = "--thresholds",
      paramLabel = "LOSS[,LOSS...]",
      description =
          "Losses to reach that the report tells the epochs of (fixed ones, and some that suit the"
              + " run).")
  private String thresholds;

  /**
   * Checks the options, before anything is touched.
   *
   * @throws SettingException if one cannot be used
   */
  void check() {
    thresholds();
  }

  /**
   * The losses to reach, if somebody has said.
   *
   * @throws SettingException if they are none
   */
  Optional<Thresholds> thresholds() {
    try {
      return Optional.ofNullable(thresholds).map(Thresholds::parse);
    } catch (IllegalArgumentException e) {
      throw new SettingException("thresholds", thresholds, e.getMessage());
    }
  }

  /** Whether to show no progress and no table. */
  boolean isQuiet() {
    return quiet;
  }

  PrintWriter out() {
    return command.commandLine().getOut();
  }

  PrintWriter err() {
    return command.commandLine().getErr();
  }

  void warn(String message) {
    err().println("Warning: " + message);
  }

  /** Says where the report is, and opens it if that was asked for. */
  void announce(Path report) {
    out().println((quiet ? "" : "Report: ") + report.toAbsolutePath());
    out().flush();
    if (show) {
      Browser.open(report).ifPresent(this::warn);
    }
  }
}
