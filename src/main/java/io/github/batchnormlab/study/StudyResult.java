package io.github.batchnormlab.study;

import java.util.List;

/**
 * A finished study: plain values only.
 *
 * @param settings what was asked
 * @param arms what each arm gave, in the order of {@link Settings#arms()}
 * @param diagnostics what was seen inside the networks, arm by arm and epoch by epoch
 * @param outcomes what each arm's first replica does after training, in the order of the arms
 * @param provenance where the result comes from
 */
public record StudyResult(
    Settings settings,
    List<ArmResult> arms,
    List<Diagnostic> diagnostics,
    List<Outcome> outcomes,
    Provenance provenance) {
  public StudyResult {
    arms = List.copyOf(arms);
    diagnostics = List.copyOf(diagnostics);
    outcomes = List.copyOf(outcomes);
  }
}
