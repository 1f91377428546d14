package io.github.batchnormlab.cli;

import io.github.batchnormlab.run.TrainedRun;
import io.github.batchnormlab.study.SettingException;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** Which network of a run: options of every command that uses one. */
final class NetworkChoice {
  @Option(
      names = "--arm",
      paramLabel = "ARM",
      description = "Whose network (of several the one with the lowest median test loss).")
  private String arm;

  @Option(
      names = "--replica",
      paramLabel = "N",
      description = "Of which replica, from 0 (of several the one with the lowest test loss).")
  private String replica;

  /**
   * Chooses.
   *
   * @throws SettingException if there is no such network
   */
  TrainedRun.Choice choose(TrainedRun run) {
    return run.choose(arm, number());
  }

  private OptionalInt number() {
    if (replica == null) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(replica));
    } catch (NumberFormatException e) {
      throw new SettingException("replica", replica, "must be a whole number");
    }
  }

  /** The network in words. */
  static String text(TrainedRun.Choice choice) {
    return choice.arm()
        + ", replica "
        + choice.replica()
        + (choice.why().isEmpty() ? "" : " (" + choice.why() + ")");
  }
}
