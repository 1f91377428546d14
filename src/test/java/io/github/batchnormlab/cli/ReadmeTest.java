package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.study.Options;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What the README says of options and commands is what the program has. */
class ReadmeTest {
  private static final String HEAD = "| setting | default | |\n| --- | --- | --- |\n";

  private static String readme() throws Exception {
    return Files.readString(Path.of("README.md"));
  }

  /** The table that belongs into the README: on a difference, copy it from here. */
  private static String table() {
    return Options.all().stream().map(ReadmeTest::row).collect(Collectors.joining("", HEAD, ""));
  }

  private static String row(Options.Option option) {
    String choices =
        option.choices().entrySet().stream()
            .map(choice -> "`" + choice.getKey() + "` (" + choice.getValue() + ")")
            .collect(Collectors.joining(", "));
    return "| `--"
        + option.name()
        + "` | "
        + option.defaultText()
        + " | "
        + option.help()
        + (choices.isEmpty() ? "" : ": " + choices)
        + " |\n";
  }

  @Test
  void itsTableOfSettingsIsTheDeclarations() throws Exception {
    String readme = readme();
    int from = readme.indexOf(HEAD);
    assertTrue(from >= 0, "The README lacks this table:\n" + table());
    String found = readme.substring(from, readme.indexOf("\n\n", from) + 1);
    assertEquals(table(), found);
  }

  /** Where comments are off, as in zsh, a shell takes a comment for arguments. */
  @Test
  void itsCommandsHaveNoComments() throws Exception {
    List<String> commands =
        Pattern.compile("(?m)^(?:mvn|tar|batchnorm-lab)\\b.*")
            .matcher(readme())
            .results()
            .map(MatchResult::group)
            .toList();
    assertTrue(commands.size() > 5, commands.toString());
    assertEquals(List.of(), commands.stream().filter(line -> line.contains("#")).toList());
  }

  @Test
  void itNamesEveryOptionAndEveryCommand() throws Exception {
    String readme = readme();
    CommandLine commands = Main.commands();
    commands
        .getSubcommands()
        .forEach((name, command) -> assertTrue(readme.contains("`" + name), name));
    for (OptionSpec option : commands.getCommandSpec().options()) {
      assertTrue(
          readme.contains("`" + option.longestName() + "`")
              || option.longestName().equals("--version"),
          option.longestName());
    }
  }
}
