package io.github.batchnormlab.cli;

import io.github.batchnormlab.study.SettingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Names of files with letters that the locale does not have: Java reads them from the command line
 * as question marks, and cannot open them.
 */
final class Locales {
  private Locales() {}

  /** A sentence on an argument that is no path. */
  static String whyNoPath(ArgSpec argument, String name) {
    String rule =
        encoding().newEncoder().canEncode(name)
            ? "must be a path that this system knows (" + reason(name) + ")"
            : "must have only letters that " + advice();
    return argument instanceof OptionSpec option
        ? new SettingException(option.longestName().substring(2), name, rule).getMessage()
        : SettingException.ofArgument(argument.paramLabel(), name, rule).getMessage();
  }

  /** Why a name is no path, or empty if it is one. */
  private static String reason(String name) {
    try {
      Path.of(name);
      return "";
    } catch (InvalidPathException e) {
      return e.getReason();
    }
  }

  /** A sentence on the folder in which the program was started if it cannot be named, or empty. */
  static String whyNoFolder(String folder) {
    return reason(folder).isEmpty()
        ? ""
        : SettingException.ofArgument(
                "The folder of the start", folder, "must have only letters that " + advice())
            .getMessage();
  }

  private static String advice() {
    return "the locale's encoding has ("
        + encoding()
        + "; with LC_ALL=C.UTF-8 in the environment it has all)";
  }

  /** The encoding of file names and of the command line, which is not always that of texts. */
  private static Charset encoding() {
    String name = System.getProperty("sun.jnu.encoding", StandardCharsets.UTF_8.name());
    return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
  }
}
