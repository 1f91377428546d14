package io.github.batchnormlab.report;

import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.StudyResult;
import java.util.List;

/**
 * An arm of a run, as a page names it.
 *
 * @param run the run's name, empty where there is only one
 * @param seed the seed of the first replica; replica r has the seed {@code seed + r}
 * @param result what the arm gave
 */
record NamedArm(String run, int seed, ArmResult result) {

  /** The arms of a run, in their order. */
  static List<NamedArm> of(String run, StudyResult result) {
    int seed = result.settings().fit().seed();
    return result.arms().stream().map(arm -> new NamedArm(run, seed, arm)).toList();
  }

  /** An arm by its name in options and files, with that of its curves if it says more. */
  static String name(Arm arm) {
    return arm.label().endsWith(" " + arm.id()) ? arm.id() : arm.id() + " (" + arm.label() + ")";
  }

  /** What the arm's column and tables are called. */
  String name() {
    String name = name(result.arm());
    return run.isEmpty() ? name : name + ", " + run;
  }
}
