package io.github.batchnormlab.cli;

import io.github.batchnormlab.study.Options;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * What makes the help of many options one that can be read: titles, and what matters most first.
 */
final class HelpPages {
  /** What stands before the synopsis. */
  static final String USAGE = "%nUsage: ";

  /** Titles of the groups of settings, in the order of the help; others follow as they come. */
  private static final Map<String, String> TITLES = new LinkedHashMap<>();

  private static final String HELP = "Help";

  static {
    TITLES.put("fit", "Training");
    TITLES.put("net", "Networks");
    TITLES.put("", "Results");
    TITLES.put("table", "A table of your own");
    TITLES.put("data", "Rows");
    TITLES.put("machine", "Machine");
  }

  private HelpPages() {}

  /** Gives the commands what their annotations cannot. */
  static void adorn(CommandLine all) {
    all.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpPages::underTitles);
    UsageMessageSpec completion =
        all.getSubcommands().get("generate-completion").getCommandSpec().usageMessage();
    completion.autoWidth(true);
    completion.header("Prints a script that lets a shell complete options with Tab.");
    completion.synopsisHeading(USAGE);
    completion.customSynopsis("mvn compile exec:java -Dexec.args=generate-completion");
    completion.description(
        "",
        "It completes what follows a command of the name batchnorm-lab. These two lines make such a"
            + " command in bash or zsh, in the folder of the program, and complete it:",
        "",
        "  batchnorm-lab() { mvn -q compile exec:java -Dexec.args=\"$*\"; }",
        "  source <(batchnorm-lab generate-completion) 2>/dev/null");
    completion.optionListHeading("%n");
  }

  /** The options of the study by the groups of its settings. */
  private static String underTitles(Help help) {
    Map<String, String> groups =
        Options.all().stream()
            .collect(Collectors.toMap(option -> "--" + option.name(), Options.Option::group));
    Map<String, List<OptionSpec>> sections = new LinkedHashMap<>();
    TITLES.values().forEach(title -> sections.put(title, new ArrayList<>()));
    List<OptionSpec> last = new ArrayList<>();
    List<OptionSpec> options = help.commandSpec().options();
    for (OptionSpec option : options) {
      String group = groups.getOrDefault(option.longestName(), "");
      String title = TITLES.getOrDefault(group, group);
      boolean isHelp = option.usageHelp() || option.versionHelp();
      (isHelp ? last : sections.computeIfAbsent(title, t -> new ArrayList<>())).add(option);
    }
    sections.put(HELP, last);
    StringBuilder text = new StringBuilder();
    sections.forEach(
        (title, section) -> {
          if (!section.isEmpty()) {
            // Of all options, so that the columns of all sections are the same.
            Help.Layout layout = help.createDefaultLayout(options, List.of(), help.colorScheme());
            layout.addOptions(section, help.parameterLabelRenderer());
            text.append(title).append(System.lineSeparator()).append(layout);
          }
        });
    return text.toString();
  }
}
