package io.github.batchnormlab.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Shows the help of the program or of a command. Picocli's own has no suggestions. */
@Command(
    name = "help",
    header = "Shows the help of a command.",
    synopsisHeading = HelpPages.USAGE,
    customSynopsis = "mvn compile exec:java -Dexec.args=\"help [COMMAND]\"%n",
    usageHelpAutoWidth = true,
    helpCommand = true)
final class HelpCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "COMMAND",
      arity = "0..1",
      description = "The command; without it, the help of all is shown.")
  private String command;

  @Override
  public void run() {
    CommandLine all = spec.parent().commandLine();
    CommandLine line = command == null ? all : all.getSubcommands().get(command);
    if (line == null) {
      throw new UnmatchedArgumentException(all, List.of(command));
    }
    line.usage(line.getOut());
  }
}
