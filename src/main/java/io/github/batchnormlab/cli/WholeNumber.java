package io.github.batchnormlab.cli;

import io.github.batchnormlab.study.SettingException;

/** Whole numbers of options that are no settings. */
final class WholeNumber {
  private WholeNumber() {}

  /**
   * Reads a number.
   *
   * @param option its option, without the dashes
   * @throws SettingException if it is none between the two
   */
  static int parse(String option, String text, int least, int most) {
    try {
      int number = Integer.parseInt(text.strip());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // It is told below.
    }
    throw new SettingException(
        option, text, "must be a whole number between " + least + " and " + most);
  }
}
