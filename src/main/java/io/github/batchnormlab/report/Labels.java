package io.github.batchnormlab.report;

import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Diagnostic;
import io.github.batchnormlab.study.Outcome;
import io.github.batchnormlab.study.StudyResult;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What arms are called on a page: where not only batch norm is compared, the network that has none
 * has no other normalization either, and its label says so.
 */
final class Labels {
  private Labels() {}

  /** Whether all that is compared is batch norm, in whatever way, and its absence. */
  static boolean areOfBatchNorm(Collection<StudyResult> results) {
    return results.stream()
        .flatMap(result -> result.arms().stream())
        .map(ArmResult::arm)
        .allMatch(arm -> !arm.normalizes() || arm.method().equals(Arm.BATCH_NORM));
  }

  /** The result with the labels that suit it. */
  static StudyResult of(StudyResult result) {
    return areOfBatchNorm(List.of(result)) ? result : neutral(result);
  }

  /** The results with the labels that suit all of them. */
  static Map<String, StudyResult> of(Map<String, StudyResult> results) {
    if (areOfBatchNorm(results.values())) {
      return results;
    }
    Map<String, StudyResult> neutral = new LinkedHashMap<>();
    results.forEach((run, result) -> neutral.put(run, neutral(result)));
    return neutral;
  }

  private static StudyResult neutral(StudyResult result) {
    return new StudyResult(
        result.settings(),
        result.arms().stream()
            .map(
                a ->
                    new ArmResult(
                        neutral(a.arm()),
                        a.trainLoss(),
                        a.testLoss(),
                        a.epochs(),
                        a.seconds(),
                        a.metrics()))
            .toList(),
        result.diagnostics().stream()
            .map(
                d ->
                    new Diagnostic(
                        neutral(d.arm()), d.replica(), d.epoch(), d.quantity(), d.key(), d.value()))
            .toList(),
        result.outcomes().stream()
            .map(
                o ->
                    new Outcome(
                        neutral(o.arm()),
                        o.replica(),
                        o.names(),
                        o.targets(),
                        o.predictions(),
                        o.confusion(),
                        o.scale(),
                        o.shift(),
                        o.pictures()))
            .toList(),
        result.provenance(),
        result.data());
  }

  private static Arm neutral(Arm arm) {
    return arm.normalizes() ? arm : new Without(arm);
  }

  /** The arm without normalization. */
  private record Without(Arm arm) implements Arm {
    @Override
    public String id() {
      return arm.id();
    }

    @Override
    public String label() {
      return "without normalization";
    }

    @Override
    public String colour() {
      return arm.colour();
    }

    @Override
    public String method() {
      return arm.method();
    }

    @Override
    public String description() {
      return arm.description();
    }

    @Override
    public boolean normalizes() {
      return false;
    }

    @Override
    public int leastRows() {
      return arm.leastRows();
    }

    @Override
    public String toString() {
      return arm.toString();
    }
  }
}
