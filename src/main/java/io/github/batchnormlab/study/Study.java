package io.github.batchnormlab.study;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Trains several arms on the same data from the same weights. */
public final class Study {
  private Study() {}

  /**
   * Runs a study.
   *
   * @param settings what to train
   * @param models the folder that gets a folder of trained parameters for each arm, or null
   * @param command what repeats the run, for the record
   * @param listener hears of the progress
   * @throws DeviceException if the device cannot be used; nothing has been trained then
   * @throws IOException if the trained parameters cannot be written
   */
  public static StudyResult run(
      Settings settings, Path models, String command, StudyListener listener)
      throws DeviceException, IOException {
    Instant start = Instant.now();
    long startNanos = System.nanoTime();
    Device device = Devices.open(settings.device());
    StudyData data = StudyData.draw(settings);
    InitialWeights weights =
        InitialWeights.draw(settings.seed(), settings.hidden(), settings.bias());
    List<ArmResult> results = new ArrayList<>();
    for (Arm arm : settings.arms()) {
      Path folder = models == null ? null : models.resolve(arm.id());
      results.add(new ArmTraining(settings, arm, device).run(data, weights, folder, listener));
    }
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    return new StudyResult(settings, results, Provenance.of(device, command, start, seconds));
  }
}
