package io.github.batchnormlab.cli;

import io.github.batchnormlab.study.Options;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.text.similarity.LevenshteinDistance;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What somebody who mistyped an option or a command may have meant. */
final class Nearest {
  private static final LevenshteinDistance DISTANCE = LevenshteinDistance.getDefaultInstance();

  private Nearest() {}

  /**
   * The nearest option or command, if one is near.
   *
   * @param argument what was typed
   * @param command where it was typed
   */
  static Optional<String> to(String argument, CommandSpec command) {
    String word = withoutDashes(argument).replaceFirst("=.*$", "");
    if (command.subcommands().containsKey(word)) {
      return Optional.of("the command " + word);
    }
    Stream<String> names =
        argument.startsWith("-")
            ? command.options().stream()
                .filter(option -> !option.hidden())
                .map(OptionSpec::longestName)
            : command.subcommands().keySet().stream();
    int far = Math.max(1, word.length() / 3);
    return names
        .filter(name -> distance(word, name) <= far)
        .min(Comparator.comparingInt(name -> distance(word, name)));
  }

  /**
   * The nearest setting, if one is near.
   *
   * @param name what was typed
   */
  static Optional<String> setting(String name) {
    int far = Math.max(1, name.length() / 3);
    return Options.all().stream()
        .map(Options.Option::name)
        .filter(each -> distance(name, each) <= far)
        .min(Comparator.comparingInt(each -> distance(name, each)));
  }

  private static int distance(String word, String name) {
    return DISTANCE.apply(word, withoutDashes(name));
  }

  private static String withoutDashes(String name) {
    return name.replaceFirst("^-+", "");
  }
}
