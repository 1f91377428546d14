package io.github.batchnormlab.study;

import java.util.Optional;

/** How the user has started the program: through Maven, or by a script of the package. */
public final class Program {
  /** The system property in which the scripts say what they were called by. */
  public static final String PROPERTY = "batchnormlab.command";

  private Program() {}

  /**
   * What the user has called.
   *
   * @return the script, by its name or its path; empty for Maven
   */
  public static Optional<String> command() {
    return Optional.ofNullable(System.getProperty(PROPERTY)).filter(command -> !command.isEmpty());
  }

  /**
   * What the program is called.
   *
   * @return the script's name without its folder; empty for Maven
   */
  public static Optional<String> name() {
    return command().map(command -> command.replaceFirst(".*[/\\\\]", ""));
  }
}
