package io.github.batchnormlab.run;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import io.github.batchnormlab.data.Prepared;
import io.github.batchnormlab.data.Source;
import io.github.batchnormlab.data.TableException;
import io.github.batchnormlab.engine.NativeMemory;
import io.github.batchnormlab.engine.Values;
import io.github.batchnormlab.model.InitialWeights;
import io.github.batchnormlab.model.Sizes;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import io.github.batchnormlab.train.DeviceData;
import io.github.batchnormlab.train.Training;
import io.github.batchnormlab.train.Watcher;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What the trainings of a study share on the machine that does them. A study trains here, or sends
 * its trainings to other machines, each of which has a workplace of its own.
 *
 * @param settings those of the study
 * @param source its rows; the caller closes it
 * @param device what is trained on
 * @param sizes how wide the networks are
 * @param sums the SHA-256 of the files of the table
 */
record Workplace(Settings settings, Source source, Device device, Sizes sizes, List<String> sums) {

  /** For the rows of a source. */
  static Workplace of(Settings settings, Source source, Device device) {
    return new Workplace(
        settings,
        source,
        device,
        Sizes.of(source.image(), source.inputs(), settings.net(), source.outputs()),
        source.facts().map(DataFacts::sums).orElse(List.of()));
  }

  /** Hears what the user should know of the rows of a replica. */
  @FunctionalInterface
  interface Notes {
    void note(int replica, String warning);
  }

  /** The rows of a group, on the device; the caller closes them. */
  DeviceData rows(Replicas group, Notes notes) throws TableException {
    return DeviceData.of(
        group.size(),
        index -> {
          int replica = group.first() + index;
          Prepared rows = source.rows(settings.fit().seed() + replica);
          rows.warnings().forEach(warning -> notes.note(replica, warning));
          if (replica == settings.fit().replicas() - 1) {
            source.close(); // What was read need not stand beside what is made of it last.
          }
          return rows;
        },
        device,
        Values.dataType(settings.fit().precision()));
  }

  /** The weights that all arms of a group start from. */
  InitialWeights weights(Replicas group) {
    return InitialWeights.join(
        group
            .seeds(settings.fit().seed())
            .mapToObj(
                seed ->
                    InitialWeights.draw(seed, sizes, settings.net().bias(), settings.net().init()))
            .toList());
  }

  /** Where a trained network goes. */
  @FunctionalInterface
  interface Models {
    void keep(int replica, RunFolder.ModelWriter writer) throws IOException;
  }

  /**
   * Trains an arm for a group of replicas, from its beginning or from where it was.
   *
   * @param rows of the group
   * @param weights of the group
   * @param threads how many PyTorch takes; another number can change a loss in its last digits
   * @param saved where it was
   * @param listener hears of the progress, and can end it
   * @param watcher sees the training between its epochs
   * @param models gets the trained networks, or is null
   */
  Training.Result train(
      Arm arm,
      Replicas group,
      DeviceData rows,
      InitialWeights weights,
      int threads,
      Optional<Training.State> saved,
      StudyListener listener,
      Watcher watcher,
      Models models) {
    JniUtils.setNumThreads(threads);
    try (Training training = new Training(settings, arm, sizes, group, rows, weights)) {
      saved.ifPresent(training::restore);
      NativeMemory.giveBack();
      Training.Result result = training.run(listener, watcher);
      if (models != null && training.epoch() > 0) {
        try {
          for (int i = 0; i < group.size(); i++) {
            int index = i;
            models.keep(group.first() + i, into -> training.save(index, sums, into));
          }
        } catch (IOException e) {
          listener.outputFailed(noModel(e));
        }
      }
      return result;
    }
  }

  /** What is said where a trained network cannot be kept. */
  static String noModel(IOException e) {
    return "A model could not be written (" + Messages.of(e) + ").";
  }
}
