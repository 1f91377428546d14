package io.github.batchnormlab.study;

/** A setting that no study can run with. The message names the setting and its value. */
public final class SettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** What the value must be. */
  private final String rule;

  /**
   * @param setting the setting's name, as the option is spelled without its dashes
   * @param value the value that cannot be used
   * @param rule what the value must be, to follow the name: "must be at least 1"
   */
  public SettingException(String setting, Object value, String rule) {
    this("--" + setting, rule, value);
  }

  private SettingException(String named, String rule, Object value) {
    // A screen must not obey what a user has pasted.
    super(Plain.text(named + " " + rule + ", but is '" + value + "'."));
    this.rule = rule;
  }

  /** {@return what the value must be, for who has not given it by that name} */
  public String rule() {
    return rule;
  }

  /**
   * {@return the same of an argument of a command that is no option}
   *
   * @param argument how the help calls it, such as {@code RUN}
   * @param value what was given
   * @param rule what it must be, such as {@code must name each run once}
   */
  public static SettingException ofArgument(String argument, Object value, String rule) {
    return new SettingException(argument, rule, value);
  }
}
