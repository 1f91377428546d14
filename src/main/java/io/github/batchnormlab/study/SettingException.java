package io.github.batchnormlab.study;

/** A setting that no study can run with. The message names the setting and its value. */
public final class SettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String setting;

  /**
   * @param setting the setting's name, as the option is spelled without its dashes
   * @param value the value that cannot be used
   * @param rule what the value must be, to follow the name: "must be at least 1"
   */
  public SettingException(String setting, Object value, String rule) {
    super("--" + setting + " " + rule + ", but is '" + value + "'.");
    this.setting = setting;
  }

  /** The setting's name, without dashes. */
  public String setting() {
    return setting;
  }
}
