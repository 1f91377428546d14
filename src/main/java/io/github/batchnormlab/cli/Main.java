package io.github.batchnormlab.cli;

import io.github.batchnormlab.run.Messages;
import io.github.batchnormlab.study.SettingException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

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

  /** Runs a command, and ends the process with a code other than 0 if that was not possible. */
  public static void main(String[] args) {
    TERMINAL_LOGGER.setLevel(Level.OFF);
    int code = run(args);
    if (code != OK) {
      System.exit(code);
    }
  }

  /** The study and the commands below it. */
  static CommandLine commands() {
    StudyCommand study = new StudyCommand();
    ResumeCommand resume = new ResumeCommand();
    CommandLine line =
        new CommandLine(study)
            .addSubcommand(resume)
            .addSubcommand(new CompareCommand())
            .addSubcommand(new HelpCommand())
            .addSubcommand(new AutoComplete.GenerateCompletion());
    study.addSettings();
    resume.addSettings();
    line.setDefaultValueProvider(new PropertyDefaults());
    line.setExpandAtFiles(false); // A folder may be called @mine.
    return line;
  }

  /** Runs a command and says how it went: 0, or 1 after a failure, or 2 for wrong options. */
  static int run(String... args) {
    CommandLine line = commands();
    line.setParameterExceptionHandler((e, ignored) -> refuse(line, message(e)));
    line.setExecutionExceptionHandler((e, ignored, parsed) -> fail(line, e));
    if (PropertyDefaults.isSet("help")) {
      line.usage(line.getOut());
      return OK;
    }
    if (PropertyDefaults.isSet("version")) {
      line.printVersionHelp(line.getOut());
      return OK;
    }
    try {
      return line.setExecutionStrategy(Main::checkedAndRun).execute(args);
    } catch (OutOfMemoryError e) {
      return fail(line, "Java's memory is too small, see -Xmx (" + e.getMessage() + ")");
    } catch (LinkageError e) {
      return fail(line, "a library does not fit this machine (" + Messages.of(e) + ")");
    }
  }

  /** Runs the last command that was given, once no property is left that it does not know. */
  private static int checkedAndRun(CommandLine.ParseResult parsed) {
    CommandLine command = parsed.asCommandLineList().get(parsed.asCommandLineList().size() - 1);
    String unknown = PropertyDefaults.unknown(command.getCommandSpec());
    if (!unknown.isEmpty() && !parsed.isUsageHelpRequested() && !parsed.isVersionHelpRequested()) {
      throw new UnmatchedProperty(command, unknown);
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /** A property that is no option. */
  private static final class UnmatchedProperty extends UnmatchedArgumentException {
    private static final long serialVersionUID = 1L;

    private final String name;

    UnmatchedProperty(CommandLine command, String name) {
      super(command, List.of("--" + name));
      this.name = name;
    }

    String shown() {
      return PropertyDefaults.shown(name);
    }
  }

  private static String message(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched)) {
      return e.getMessage();
    }
    String argument = unmatched.getUnmatched().get(0);
    CommandLine command = e.getCommandLine();
    String what =
        e instanceof UnmatchedProperty property
            ? "Unknown option: the system property " + property.shown()
            : (argument.startsWith("-")
                    ? "Unknown option"
                    : command.getSubcommands().isEmpty()
                        ? "Unexpected argument"
                        : "Unknown command")
                + " '"
                + argument
                + "'";
    String suggestion =
        Nearest.to(argument, command.getCommandSpec())
            .map(nearest -> ". Did you mean " + nearest + "?")
            .orElse("");
    return what + suggestion;
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

  /** One line that ends a sentence. */
  private static String sentence(String message) {
    String line = message.lines().findFirst().orElse("").strip();
    return line.endsWith(".") || line.endsWith("?") ? line : line + ".";
  }
}
