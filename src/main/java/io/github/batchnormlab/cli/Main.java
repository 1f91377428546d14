package io.github.batchnormlab.cli;

import io.github.batchnormlab.study.Messages;
import io.github.batchnormlab.study.SettingException;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;

/** Starts BatchNorm Lab from the command line. */
public final class Main {
  /** Everything went well. */
  static final int OK = 0;

  /** Something failed while running. */
  static final int FAILED = 1;

  /** Nothing was run, because an option or its value is wrong. */
  static final int REFUSED = 2;

  // Kept here, because the logging framework forgets loggers that nobody holds.
  private static final Logger TERMINAL_LOGGER = Logger.getLogger("org.jline");

  private Main() {}

  /** Runs a study, and ends the process with a code other than 0 if that was not possible. */
  public static void main(String[] args) {
    TERMINAL_LOGGER.setLevel(Level.OFF);
    int code = run(args);
    if (code != OK) {
      System.exit(code);
    }
  }

  /** Runs a study and says how it went: 0, or 1 after a failure, or 2 for wrong options. */
  static int run(String... args) {
    CommandLine line = new CommandLine(new StudyCommand());
    line.setDefaultValueProvider(new PropertyDefaults());
    line.setParameterExceptionHandler((e, ignored) -> refuse(line, e.getMessage()));
    line.setExecutionExceptionHandler((e, ignored, parsed) -> fail(line, e));
    if (PropertyDefaults.isSet("help")) {
      line.usage(line.getOut());
      return OK;
    }
    if (PropertyDefaults.isSet("version")) {
      line.printVersionHelp(line.getOut());
      return OK;
    }
    String typo = PropertyDefaults.unknown(line.getCommandSpec());
    if (!typo.isEmpty()) {
      return refuse(line, typo);
    }
    try {
      return line.execute(args);
    } catch (OutOfMemoryError e) {
      return fail(line, "Java's memory is too small, see -Xmx (" + e.getMessage() + ")");
    } catch (LinkageError e) {
      return fail(line, "a library does not fit this machine (" + Messages.of(e) + ")");
    }
  }

  private static int refuse(CommandLine line, String message) {
    line.getErr().println(sentence(message));
    return REFUSED;
  }

  private static int fail(CommandLine line, Exception e) {
    if (e instanceof SettingException) {
      return refuse(line, e.getMessage());
    }
    return fail(line, Messages.of(e));
  }

  private static int fail(CommandLine line, String message) {
    line.getErr().println(sentence("The study failed: " + message));
    return FAILED;
  }

  /** One line that ends in a full stop. */
  private static String sentence(String message) {
    String line = message.lines().findFirst().orElse("").strip();
    return line.endsWith(".") ? line : line + ".";
  }
}
