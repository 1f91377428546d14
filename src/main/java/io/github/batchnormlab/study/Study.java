package io.github.batchnormlab.study;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Trains several arms on the same data from the same weights. */
public final class Study {
  private Study() {}

  /**
   * Runs a study. Arms train at the same time, each on a thread of its own, as far as {@link
   * Settings#threads()} go; PyTorch's threads are divided among them.
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
    NativeMemory.keep();
    Device device = Devices.open(settings.device());
    InitialWeights weights =
        InitialWeights.draw(settings.seed(), settings.hidden(), settings.bias());
    int atOnce = Math.min(settings.arms().size(), settings.threads());
    int nativeThreads = settings.threads() / atOnce;
    List<ArmResult> results;
    try (StudyData data =
        StudyData.draw(settings, Engine.getEngine("PyTorch").newBaseManager(device))) {
      List<Job> jobs = new ArrayList<>();
      for (Arm arm : settings.arms()) {
        jobs.add(
            () -> {
              JniUtils.setNumThreads(nativeThreads);
              try (ArmTraining training = new ArmTraining(settings, arm, device, data, weights)) {
                ArmResult result = training.run(listener);
                if (models != null) {
                  training.save(models.resolve(arm.id()));
                }
                return result;
              }
            });
      }
      results = runAll(jobs, atOnce);
    }
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    return new StudyResult(
        settings, results, Provenance.of(device, settings.threads(), command, start, seconds));
  }

  /** The training of one arm. */
  @FunctionalInterface
  private interface Job extends Callable<ArmResult> {
    @Override
    ArmResult call() throws IOException;
  }

  /** A thread that does not keep the program alive. */
  private static Thread daemon(Runnable job) {
    Thread thread = new Thread(job, "arm");
    thread.setDaemon(true);
    return thread;
  }

  private static List<ArmResult> runAll(List<Job> jobs, int atOnce) throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(atOnce, Study::daemon);
    try {
      List<Future<ArmResult>> futures = jobs.stream().map(threads::submit).toList();
      List<ArmResult> results = new ArrayList<>();
      for (Future<ArmResult> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The study was interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }
}
