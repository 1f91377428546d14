package io.github.batchnormlab.cli;

import java.util.Arrays;
import org.codehaus.plexus.util.cli.CommandLineUtils;

/** What {@code mvn exec:java -Dexec.args=...} does with its arguments. */
final class FakeMaven {
  private static final String ARGUMENTS = "-Dexec.args=";

  private FakeMaven() {}

  /** Splits the property as the plugin does, and runs the program. */
  public static void main(String[] args) throws Exception {
    String arguments =
        Arrays.stream(args).filter(arg -> arg.startsWith(ARGUMENTS)).findFirst().orElseThrow();
    Main.main(CommandLineUtils.translateCommandline(arguments.substring(ARGUMENTS.length())));
  }
}
