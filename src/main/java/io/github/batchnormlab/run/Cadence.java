package io.github.batchnormlab.run;

import io.github.batchnormlab.study.SettingException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When to save what a run needs to go on: every so many epochs, or every so often, or never.
 *
 * @param epochs save after so many epochs, or 0
 * @param time save when so much time has passed, or zero
 */
public record Cadence(long epochs, Duration time) {
  /** What is done if nobody says anything else. */
  public static final String DEFAULT = "30s";

  /** Help for an option that sets it. */
  public static final String HELP =
      "How often to save what the run needs to go on: a time such as 30s, 5m or 1h, or a number of"
          + " epochs, or 0 for never (${DEFAULT-VALUE}).";

  /** Never. */
  public static final Cadence NEVER = new Cadence(0, Duration.ZERO);

  private static final Pattern TEXT = Pattern.compile("(\\d{1,9})([smh]?)");

  /**
   * Reads {@code 30s}, {@code 5m}, {@code 1h}, a number of epochs, or 0 for never.
   *
   * @param text the text
   * @return the times
   * @throws SettingException if the text is none of these
   */
  public static Cadence parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new SettingException(
          "checkpoint-every",
          text,
          "must be a time such as 30s, 5m or 1h, a number of epochs, or 0");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> new Cadence(0, Duration.ofSeconds(count));
      case "m" -> new Cadence(0, Duration.ofMinutes(count));
      case "h" -> new Cadence(0, Duration.ofHours(count));
      default -> new Cadence(count, Duration.ZERO);
    };
  }

  /** {@return whether anything is ever saved} */
  public boolean isOn() {
    return epochs > 0 || !time.isZero();
  }

  /**
   * Whether it is time to save.
   *
   * @param epochsDone how many epochs have been trained
   * @param nanosSince how long ago the last save was, in nanoseconds
   */
  boolean isDue(long epochsDone, long nanosSince) {
    return epochs > 0 ? epochsDone % epochs == 0 : !time.isZero() && nanosSince >= time.toNanos();
  }
}
