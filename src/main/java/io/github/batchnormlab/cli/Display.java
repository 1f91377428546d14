package io.github.batchnormlab.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
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
