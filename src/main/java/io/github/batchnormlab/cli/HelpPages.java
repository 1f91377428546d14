package io.github.batchnormlab.cli;

import io.github.batchnormlab.study.Options;
import io.github.batchnormlab.study.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

  private static final String SWEEP = "sweep";

  private static final String HELP = "Help";

  /** How the commands say that Maven starts them. */
  private static final Pattern BY_MAVEN =
      Pattern.compile(
          "mvn (?:-q )?compile exec:java"
              + " (?:\\[-Dexec\\.args=\"([^\"]*)\"\\]|-Dexec\\.args=(?:\"([^\"]*)\"|(\\S+)))");

  static {
    TITLES.put(SWEEP, "What varies");
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
    all.getSubcommands()
        .get(SWEEP)
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpPages::underTitles);
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
    Program.name().ifPresent(name -> callBy(name, all));
  }

  /** Lets all pages name the script that has started the program, in place of Maven. */
  private static void callBy(String name, CommandLine all) {
    Stream.concat(Stream.of(all), all.getSubcommands().values().stream())
        .map(command -> command.getCommandSpec().usageMessage())
        .forEach(
            page -> {
              page.customSynopsis(withoutMaven(name, page.customSynopsis()));
              page.footer(withoutMaven(name, page.footer()));
            });
    UsageMessageSpec study = all.getCommandSpec().usageMessage();
    List<String> footer = new ArrayList<>(List.of(study.footer()));
    footer.add(
        "BATCHNORM_LAB_OPTS in the environment holds properties, and options of Java such as"
            + " -Xmx4g. BATCHNORM_LAB_CLASSPATH names folders and jars with layers of your own.");
    study.footer(footer.toArray(String[]::new));
    all.getSubcommands()
        .get("generate-completion")
        .getCommandSpec()
        .usageMessage()
        .description(
            "",
            "This line switches it on in bash or zsh:",
            "",
            "  source <(" + forFormat(name) + " generate-completion)");
  }

  private static String[] withoutMaven(String name, String[] lines) {
    return Stream.of(lines)
        .map(
            line ->
                BY_MAVEN
                    .matcher(line)
                    .replaceAll(
                        found ->
                            Matcher.quoteReplacement(forFormat(name) + " " + arguments(found))))
        .toArray(String[]::new);
  }

  private static String arguments(MatchResult found) {
    return Stream.of(found.group(1), found.group(2), found.group(3))
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow();
  }

  /** Picocli takes the lines of a page for formats. */
  private static String forFormat(String text) {
    return text.replace("%", "%%");
  }

  /** The options of the study by the groups of its settings. */
  private static String underTitles(Help help) {
    Map<String, String> groups =
        Options.all().stream()
            .collect(
                Collectors.toMap(
                    option -> "--" + option.name(),
                    Options.Option::group,
                    (one, same) -> one,
                    HashMap::new));
    Stream.of("vary", "sample", "sample-seed", "parallel")
        .forEach(option -> groups.put("--" + option, SWEEP));
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
