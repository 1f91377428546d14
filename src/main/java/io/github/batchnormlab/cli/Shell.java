package io.github.batchnormlab.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How commands are written for somebody who pastes them into a shell: whatever a folder is called,
 * the program gets that name, and the shell does nothing with it.
 *
 * <p>With Maven there are two levels. The shell takes its quotes away; what it leaves of {@code
 * exec.args}, Maven's plugin splits at spaces, and knows quotes of both kinds, but nothing that
 * escapes one.
 */
enum Shell {
  /** Any shell of a Unix system. */
  POSIX {
    @Override
    String property(String name, String value) {
      return "-D" + name + "=" + word(value);
    }

    @Override
    String word(String word) {
      if (word.matches("[\\w.,:/+-]+")) {
        return word;
      }
      // In double quotes an exclamation mark calls up an earlier command.
      return word.matches("[^\"$`\\\\!]*")
          ? '"' + word + '"'
          : "'" + word.replace("'", "'\\''") + "'";
    }
  },

  /** PowerShell, and the old prompt too where the names are not odd. */
  POWERSHELL {
    @Override
    String property(String name, String value) {
      return quoted("-D" + name + "=" + value);
    }

    @Override
    String word(String word) {
      return word.matches("[\\w.:/\\\\+-]+") ? word : quoted(word);
    }

    @Override
    String command(String program, List<String> arguments) {
      String command = super.command(program, arguments);
      return command.startsWith("'") || command.startsWith("\"") ? "& " + command : command;
    }

    private String quoted(String word) {
      // PowerShell takes the quotes of printed books for quotes.
      return word.matches("[^\"$`“”„]*")
          ? '"' + word + '"'
          // A program gets a double quote only behind a backslash, for which a backslash counts.
          : "'" + word.replaceAll("(\\\\*)\"", "$1$1\\\\\"").replaceAll("['‘’‚‛]", "$0$0") + "'";
    }
  };

  /** The one that somebody on this system most likely uses. */
  static Shell ofThisSystem() {
    boolean isWindows =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
    return isWindows ? POWERSHELL : POSIX;
  }

  /** A property for Maven, quoted where that is needed. */
  abstract String property(String name, String value);

  /** A word of a command, quoted where that is needed. */
  abstract String word(String word);

  /** A command that calls a program with arguments. */
  String command(String program, List<String> arguments) {
    return Stream.concat(Stream.of(program), arguments.stream())
        .map(this::word)
        .collect(Collectors.joining(" "));
  }

  /** The property that hands arguments to the program. */
  String execArgs(List<String> arguments) {
    String name = "exec.args";
    String simple = property(name, joined(arguments, '\''));
    // Quotes within quotes of the same kind are hard to read.
    return simple.endsWith("'") ? property(name, joined(arguments, '"')) : simple;
  }

  private static String joined(List<String> arguments, char quote) {
    return arguments.stream()
        .map(argument -> forPlugin(argument, quote))
        .collect(Collectors.joining(" "));
  }

  /** An argument that stays whole and as it is when the plugin splits, or in one of the quotes. */
  private static String forPlugin(String argument, char preferred) {
    if (argument.matches("[^ '\"]+") && !argument.contains("${")) {
      return argument;
    }
    StringBuilder quoted = new StringBuilder();
    char open = 0;
    for (int i = 0; i < argument.length(); i++) {
      char c = argument.charAt(i);
      char quote = c == '\'' ? '"' : c == '"' ? '\'' : open != 0 ? open : preferred;
      // Maven would put the value of a property there: between the two it sees no property.
      boolean isBroken = c == '{' && i > 0 && argument.charAt(i - 1) == '$';
      if (open != quote || isBroken) {
        quoted.append(open == 0 ? "" : open).append(quote);
        open = quote;
      }
      quoted.append(c);
    }
    return quoted.append(open).toString();
  }
}
