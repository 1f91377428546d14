package io.github.batchnormlab.data;

import io.github.batchnormlab.data.Survey.Counts;
import io.github.batchnormlab.data.Survey.Example;
import java.util.ArrayList;
import java.util.List;

/** Which missing values a table may have. */
final class MissingRule {
  private MissingRule() {}

  /**
   * Refuses missing values, those of features only if nothing is to stand in for them.
   *
   * @param filled whether something is
   */
  static void check(TableFile file, Survey survey, List<Wanted> wanted, boolean filled)
      throws TableException {
    List<Integer> refused = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      Counts counts = survey.counts(i);
      if (counts.missing > 0 && (!filled || wanted.get(i).target())) {
        refused.add(i);
      }
    }
    if (refused.isEmpty()) {
      return;
    }
    int first = refused.get(0);
    for (int i : refused) {
      if (survey.counts(i).firstMissing.line() < survey.counts(first).firstMissing.line()) {
        first = i;
      }
    }
    Example example = survey.counts(first).firstMissing;
    throw TableException.at(
        file.path(),
        example.line(),
        wanted.get(first).name(),
        Shown.missing(example.text())
            + counted(survey, wanted, refused)
            + advice(refused.stream().allMatch(i -> wanted.get(i).target())));
  }

  private static String counted(Survey survey, List<Wanted> wanted, List<Integer> columns) {
    long all = columns.stream().mapToLong(i -> survey.counts(i).missing).sum();
    if (all == 1) {
      return ", the only one";
    }
    if (columns.size() == 1) {
      return ", the first of " + all + " in this column";
    }
    return ", the first of "
        + all
        + " in "
        + columns.size()
        + " columns ("
        + Shown.list(columns.stream().map(i -> wanted.get(i).name()).toList())
        + ")";
  }

  private static String advice(boolean onlyTargets) {
    return onlyTargets
        ? "; a target is never made up, but --missing drop leaves such rows out"
        : "; --missing drop leaves such rows out, --missing median fills features in";
  }
}
