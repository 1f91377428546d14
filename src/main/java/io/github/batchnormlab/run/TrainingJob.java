package io.github.batchnormlab.run;

import ai.djl.Device;
import io.github.batchnormlab.data.Source;
import io.github.batchnormlab.data.TableException;
import io.github.batchnormlab.engine.DeviceException;
import io.github.batchnormlab.engine.Devices;
import io.github.batchnormlab.engine.NativeMemory;
import io.github.batchnormlab.model.InitialWeights;
import io.github.batchnormlab.model.SavedModel;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Outcome;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import io.github.batchnormlab.train.DeviceData;
import io.github.batchnormlab.train.Training;
import io.github.batchnormlab.train.Watcher;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * One arm for one group of replicas, to be trained on another machine: what that needs, and {@link
 * Done} what it gives, are plain values that travel.
 *
 * @param settings those of the study, as a user would write them
 * @param arm which network
 * @param group which replicas
 * @param threads how many PyTorch takes, as many as where the study was started
 * @param saved the state to go on from, or null
 * @param sums the SHA-256 of the files of the table
 * @param keepsModels whether the trained networks are wanted
 */
public record TrainingJob(
    Map<String, String> settings,
    Arm arm,
    Replicas group,
    int threads,
    Training.State saved,
    List<String> sums,
    boolean keepsModels)
    implements Serializable {

  /**
   * What the user should know of the rows of a replica.
   *
   * @param replica which
   * @param warning a sentence
   */
  public record Note(int replica, String warning) implements Serializable {}

  /**
   * What a job gave.
   *
   * @param failure why it gave nothing else, a sentence; empty if it did
   * @param state the training at its end
   * @param outcome what the first of the replicas does then
   * @param models the files of the network of each replica, by their names; none if not wanted
   * @param notes on the rows
   * @param warnings of the training
   */
  public record Done(
      String failure,
      Training.State state,
      Outcome outcome,
      List<Map<String, byte[]>> models,
      List<Note> notes,
      List<String> warnings)
      implements Serializable {

    private static Done failed(String failure) {
      return new Done(failure, null, null, List.of(), List.of(), List.of());
    }
  }

  /**
   * Does the job, on the machine that this is called on. What cannot be helped by doing it again,
   * such as too little memory, is a result.
   *
   * @param files where the files of the table are on this machine, by the names of the settings
   *     that name them; none where they have the same paths
   * @param atOnce how many jobs this process does at the same time
   * @return what it gave
   * @throws CancellationException if the thread is interrupted
   */
  public Done run(Map<String, String> files, int atOnce) {
    NativeMemory.keep();
    Settings all = Settings.parse(settings);
    try {
      Device device = Devices.open(all.machine().device());
      try (Source source = Source.open(files.isEmpty() ? all : all.with(files))) {
        Workplace workplace = Workplace.of(all, source, device);
        if (!workplace.sums().equals(sums)) {
          return Done.failed(
              "The table on this machine is another one than where the study began.");
        }
        // Here are the networks of this group alone, one after the other in every sense.
        Settings here =
            all.with(
                Map.of(
                    "replicas", group.size(), "arms", List.of(arm), "threads", Integer.valueOf(1)));
        MemoryNeed.check(here, source, workplace.sizes(), device.isGpu(), false, atOnce);
        return train(workplace);
      }
    } catch (CancellationException e) {
      throw e;
    } catch (DeviceException
        | TableException
        | IOException
        | RuntimeException
        | OutOfMemoryError
        | LinkageError e) {
      return Done.failed(Messages.sentence(e));
    }
  }

  private Done train(Workplace workplace) throws IOException, TableException {
    List<Note> notes = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    List<Map<String, byte[]>> models = new ArrayList<>();
    List<Training.State> states = new ArrayList<>();
    StudyListener listener =
        new StudyListener() {
          @Override
          public void warned(String sentence) {
            warnings.add(sentence);
          }

          @Override
          public void outputFailed(String sentence) {
            throw new IllegalStateException(sentence);
          }
        };
    Watcher watcher =
        new Watcher() {
          @Override
          public void ended(Training training) {
            states.add(training.state());
          }
        };
    try (DeviceData rows =
        workplace.rows(group, (replica, warning) -> notes.add(new Note(replica, warning)))) {
      InitialWeights weights = workplace.weights(group);
      Training.Result result =
          workplace.train(
              arm,
              group,
              rows,
              weights,
              threads,
              Optional.ofNullable(saved),
              listener,
              watcher,
              keepsModels ? (replica, writer) -> models.add(files(writer)) : null);
      return new Done("", states.get(0), result.outcome(), models, notes, warnings);
    }
  }

  /** The files of a network, which only a folder can take. */
  private Map<String, byte[]> files(RunFolder.ModelWriter writer) throws IOException {
    Path folder = Files.createTempDirectory("model");
    Map<String, byte[]> files = new LinkedHashMap<>();
    try {
      writer.writeInto(folder);
      for (String file : SavedModel.files(arm)) {
        files.put(file, Files.readAllBytes(folder.resolve(file)));
      }
      return files;
    } finally {
      for (String file : SavedModel.files(arm)) {
        Files.deleteIfExists(folder.resolve(file));
      }
      Files.deleteIfExists(folder);
    }
  }
}
