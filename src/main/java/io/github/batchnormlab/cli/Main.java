package io.github.batchnormlab.cli;

import io.github.batchnormlab.run.Messages;
import io.github.batchnormlab.study.SettingException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
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

  /**
   * Runs a command, and ends the process with a code other than 0 if that was not possible.
   *
   * @param args the options
   */
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
    SweepCommand sweep = new SweepCommand();
    CommandLine line =
        new CommandLine(study)
            .addSubcommand(resume)
            .addSubcommand(sweep)
            .addSubcommand(new CompareCommand())
            .addSubcommand(new PredictCommand())
            .addSubcommand(new ExportCommand())
            .addSubcommand(new HelpCommand())
            .addSubcommand(new AutoComplete.GenerateCompletion());
    study.addSettings();
    resume.addSettings();
    sweep.addSettings();
    HelpPages.adorn(line);
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

  /** Runs the last command that was given, once nothing is left that it does not know. */
  private static int checkedAndRun(ParseResult parsed) {
    List<ParseResult> all = new ArrayList<>(List.of(parsed));
    while (all.get(all.size() - 1).hasSubcommand()) {
      all.add(all.get(all.size() - 1).subcommand());
    }
    ParseResult last = all.get(all.size() - 1);
    CommandSpec command = last.commandSpec();
    boolean isStudy = all.size() == 1;
    if (last.isUsageHelpRequested()
        || last.isVersionHelpRequested()
        || !isStudy && command.options().isEmpty()) { // help and generate-completion take none.
      return new CommandLine.RunLast().execute(parsed);
    }
    if (!isStudy && !parsed.matchedOptions().isEmpty()) {
      String option = parsed.matchedOptions().get(0).longestName();
      throw new ParameterException(
          command.commandLine(),
          "Options of " + command.name() + " stand behind it: " + option + " stands before it");
    }
    String unknown = PropertyDefaults.unknown(command);
    if (!unknown.isEmpty()) {
      String suggestion =
          Nearest.to("--" + unknown, command)
              .map(nearest -> ". Did you mean " + nearest.replaceFirst("^--", "bn.") + "?")
              .orElse("");
      throw new ParameterException(
          command.commandLine(),
          "Unknown option: the system property " + PropertyDefaults.shown(unknown) + suggestion);
    }
    String bad = Locales.whyNoFolder(System.getProperty("user.dir"));
    if (!bad.isEmpty()) {
      throw new ParameterException(command.commandLine(), bad);
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static String message(ParameterException e) {
    if (e.getCause() instanceof TypeConversionException) { // Paths are all that picocli converts.
      return Locales.whyNoPath(e.getArgSpec(), e.getValue());
    }
    if (!(e instanceof UnmatchedArgumentException unmatched)) {
      return e.getMessage();
    }
    String argument = unmatched.getUnmatched().get(0);
    CommandLine command = e.getCommandLine();
    String what =
        argument.startsWith("-")
            ? "Unknown option"
            : command.getSubcommands().isEmpty() ? "Unexpected argument" : "Unknown command";
    String suggestion =
        Nearest.to(argument, command.getCommandSpec())
            .map(nearest -> ". Did you mean " + nearest + "?")
            .orElse("");
    return what + " '" + argument + "'" + suggestion;
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
