package io.github.batchnormlab.data;

import io.github.batchnormlab.data.Survey.Example;
import io.github.batchnormlab.data.Wanted.Form;
import io.github.batchnormlab.study.Task;
import java.util.List;

/** What the targets can teach. */
final class TargetRule {
  private TargetRule() {}

  /**
   * The task that is asked for, else the one that the targets make: classes if there is text, else
   * numbers.
   *
   * @throws TableException if the targets cannot be learned that way
   */
  static Task task(TableFile file, Choice choice, Survey survey, List<Wanted> wanted)
      throws TableException {
    int targets = choice.targets().size();
    for (int i = wanted.size() - targets; i < wanted.size(); i++) {
      if (wanted.get(i).form() == Form.CATEGORIES) {
        checkText(file, choice, wanted.get(i).name(), survey.counts(i).firstText);
        return Task.CLASSIFICATION;
      }
    }
    if (choice.task() == Task.CLASSIFICATION && targets > 1) {
      throw TableException.of(
          file.path(), "cannot teach " + targets + " targets as classes: there may be only one");
    }
    return choice.task() == Task.CLASSIFICATION ? Task.CLASSIFICATION : Task.REGRESSION;
  }

  private static void checkText(TableFile file, Choice choice, String name, Example text)
      throws TableException {
    if (choice.task() == Task.REGRESSION) {
      throw TableException.at(
          file.path(),
          text.line(),
          name,
          Shown.quoted(text.text()) + " is no number, so regression cannot learn this column");
    }
    if (choice.targets().size() > 1) {
      throw TableException.at(
          file.path(),
          text.line(),
          name,
          Shown.quoted(text.text())
              + " is no number, so this target has classes, and then it must be the only target");
    }
  }
}
