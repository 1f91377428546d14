package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.study.Options;
import io.github.batchnormlab.study.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class HelpPagesTest {
  private static final int COLUMNS = 80;

  private static String page(String command) {
    CommandLine all = Main.commands();
    CommandLine line = command.isEmpty() ? all : all.getSubcommands().get(command);
    return line.setUsageHelpAutoWidth(false).getUsageMessage(CommandLine.Help.Ansi.OFF);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sweep",
        "resume",
        "compare",
        "predict",
        "export",
        "help",
        "generate-completion"
      })
  void aPageFitsATerminalAndShowsWhatCanBeTyped(String command) {
    String page = page(command);
    assertTrue(page.lines().allMatch(line -> line.length() <= COLUMNS), page);
    assertTrue(page.contains("\nUsage: mvn compile exec:java"), page);
    assertTrue(page.contains(command), page);
    assertFalse(page.contains("\n\n\n"), page);
  }

  @Test
  void everyPageNamesTheScriptThatStartedTheProgram() {
    System.setProperty(Program.PROPERTY, "/opt/100% lab/batchnorm-lab");
    try {
      List<String> commands = new ArrayList<>(List.of(""));
      commands.addAll(Main.commands().getSubcommands().keySet());
      for (String command : commands) {
        String page = page(command);
        String usage = "\nUsage: batchnorm-lab " + (command.isEmpty() ? "[COMMAND]" : command);
        assertTrue(page.contains(usage), page);
        assertTrue(page.lines().allMatch(line -> line.length() <= COLUMNS), page);
        assertFalse(page.contains("mvn") || page.contains("exec"), page);
        assertFalse(page.contains("\n\n\n"), page);
      }
      assertTrue(page("").contains("\n  batchnorm-lab help resume\n"), page(""));
      assertTrue(page("").contains("BATCHNORM_LAB_CLASSPATH names folders and jars"), page(""));
      System.setProperty(Program.PROPERTY, "/opt/100%d");
      assertTrue(page("resume").contains("\nUsage: 100%d resume RUN"), page("resume"));
      assertTrue(page("resume").contains("\n  100%d resume runs/"), page("resume"));
    } finally {
      System.clearProperty(Program.PROPERTY);
    }
  }

  @Test
  void everyOptionStandsThereOnce() {
    String page = page("");
    Stream.concat(
            Options.all().stream().map(Options.Option::name),
            Stream.of("output", "checkpoint-every", "show", "quiet", "help", "version"))
        .forEach(
            name ->
                assertEquals(
                    1,
                    Pattern.compile("(?m)^ +(-[hV], )?--" + name + "(=| |$)")
                        .matcher(page)
                        .results()
                        .count(),
                    name));
  }

  @Test
  void whatMattersMostComesFirst() {
    String page = page("");
    int last = -1;
    for (String part :
        List.of(
            "\nTraining\n",
            "--epochs=",
            "\nNetworks\n",
            "--arms=",
            "\nResults\n",
            "--output=",
            "--quiet ",
            "--checkpoint-every=",
            "\nA table of your own\n",
            "--target=",
            "\nRows\n",
            "--red=",
            "\nMachine\n",
            "--threads=",
            "\nHelp\n",
            "--version ",
            "\nCommands\n",
            "  resume ",
            "\nExamples\n")) {
      int at = page.indexOf(part, last + 1);
      assertTrue(at > last, part + " in " + page);
      last = at;
    }
  }
}
