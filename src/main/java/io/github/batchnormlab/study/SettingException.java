package io.github.batchnormlab.study;

/** A setting that no study can run with. The message names the setting and its value. */
public final class SettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * @param setting the setting's name, as the option is spelled without its dashes
   * @param value the value that cannot be used
   * @param rule what the value must be, to follow the name: "must be at least 1"
   */
  public SettingException(String setting, Object value, String rule) {
    this("--" + setting + " " + rule + ", but is '" + value + "'.");
  }

  private SettingException(String message) {
    super(Plain.text(message)); // A screen must not obey what a user has pasted.
  }

  /**
   * {@return the same of an argument of a command that is no option}
   *
   * @param argument how the help calls it, such as {@code RUN}
   * @param value what was given
   * @param rule what it must be, such as {@code must name each run once}
   */
  public static SettingException ofArgument(String argument, Object value, String rule) {
    return new SettingException(argument + " " + rule + ", but is '" + value + "'.");
  }
}
