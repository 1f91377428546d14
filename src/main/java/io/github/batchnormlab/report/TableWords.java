package io.github.batchnormlab.report;

import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Task;

/**
 * What a page says of a study of a table where it would else speak of the article. The template
 * reads the record by name.
 *
 * @param title what was studied
 * @param lead what was learned, of what
 * @param loss what a loss is
 */
record TableWords(String title, String lead, String loss) {
  private static final int MOST_TARGETS = 3;

  static TableWords of(DataFacts data, Settings settings) {
    return new TableWords(
        "What normalization changes: " + Names.of(data.name()),
        settings.kind() == Settings.Kind.IMAGES
            ? "Classification of images"
            : (data.task() == Task.CLASSIFICATION ? "Classification" : "Regression")
                + " of "
                + Names.list(data.targets(), MOST_TARGETS)
                + " from "
                + Plain.count(data.features().size(), "column"),
        loss(data, settings));
  }

  private static String loss(DataFacts data, Settings settings) {
    if (data.task() == Task.CLASSIFICATION) {
      return "Each is the mean over the "
          + settings.kind().rows()
          + " of the cross-entropy of the softmax of the outputs, in nats.";
    }
    String targets =
        settings.table().standardize()
            ? ", of targets standardized by the training rows"
            : ", in the units of the file";
    return data.targets().size() == 1
        ? "Each is the mean over the rows of the squared error"
            + targets.replace("targets", "the target")
            + "."
        : "Each is the mean over the rows of the sum over the targets of squared errors"
            + targets
            + ".";
  }
}
