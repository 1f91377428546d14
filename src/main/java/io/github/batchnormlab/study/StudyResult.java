package io.github.batchnormlab.study;

import java.util.List;

/**
 * A finished study: plain values only.
 *
 * @param settings what was asked
 * @param arms what each arm gave, in the order of {@link Settings#arms()}
 * @param provenance where the result comes from
 */
public record StudyResult(Settings settings, List<ArmResult> arms, Provenance provenance) {
  public StudyResult {
    arms = List.copyOf(arms);
  }
}
