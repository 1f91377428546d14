package io.github.batchnormlab.study;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Trains several arms on the same data from the same weights. */
public final class Study {
  private Study() {}

  /**
   * Runs a study, or what is left of it. Arms and groups of replicas train at the same time, each
   * on a thread of its own, as far as {@link Settings#threads()} go; PyTorch's threads are divided
   * among them.
   *
   * @param settings what to train
   * @param models the folder that gets a folder of trained parameters for each arm, or null
   * @param command what repeats the run, for the record
   * @param listener hears of the progress, and can end it
   * @throws DeviceException if the device cannot be used; nothing has been trained then
   * @throws SettingException if the study needs more memory than there is
   */
  public static StudyResult run(
      Settings settings, Path models, String command, StudyListener listener)
      throws DeviceException {
    try {
      return run(models, Checkpoints.none(null, settings, Cadence.NEVER), command, listener);
    } catch (RunException e) {
      throw new IllegalStateException("Without checkpoints there is nothing to read", e);
    }
  }

  /**
   * The same with checkpoints: goes on from those that were read, and saves where they say so.
   *
   * @throws RunException if a checkpoint does not belong to such a run, or cannot be written;
   *     nothing has been trained then
   */
  public static StudyResult run(
      Path models, Checkpoints checkpoints, String command, StudyListener listener)
      throws DeviceException, RunException {
    Settings settings = checkpoints.settings();
    long startNanos = System.nanoTime();
    NativeMemory.keep();
    Device device = Devices.open(settings.device());
    MemoryNeed.check(settings, device.isGpu());
    List<Group> groups = Group.divide(settings, device.isGpu());
    checkpoints.checkGroups(groups);
    checkpoints.begin();
    int jobCount = groups.size() * settings.arms().size();
    int atOnce = Math.min(jobCount, settings.threads());
    int nativeThreads = settings.threads() / atOnce;
    List<StudyData> data = new ArrayList<>();
    List<ArmTraining.Result> results;
    try {
      List<Callable<ArmTraining.Result>> jobs = new ArrayList<>();
      for (Group group : groups) {
        StudyData points = StudyData.draw(settings, group, device);
        data.add(points);
        InitialWeights weights = InitialWeights.draw(settings, group);
        for (Arm arm : settings.arms()) {
          jobs.add(
              () -> {
                Optional<Checkpoint.Training> saved = checkpoints.take(arm, group);
                if (listener.isStopping()) {
                  return saved
                      .map(training -> ArmTraining.Result.of(training, settings.epochs()))
                      .orElse(null);
                }
                JniUtils.setNumThreads(nativeThreads);
                try (ArmTraining training =
                    new ArmTraining(settings, arm, group, device, points, weights)) {
                  saved.ifPresent(training::restore);
                  NativeMemory.giveBack();
                  Saver saver = new Saver(checkpoints, listener, startNanos, training.epoch());
                  ArmTraining.Result result = training.run(listener, saver);
                  if (models != null && training.epoch() > 0) {
                    save(training, models, listener);
                  }
                  return result;
                }
              });
        }
      }
      // The points were drawn in Java's memory, and the copies that DJL makes of it are freed by
      // the garbage collector only: large ones would stay beside the data for the whole training.
      System.gc();
      results = runAll(jobs, atOnce).stream().filter(Objects::nonNull).toList();
    } finally {
      data.forEach(StudyData::close);
    }
    double seconds = checkpoints.secondsBefore() + (System.nanoTime() - startNanos) / 1e9;
    return new StudyResult(
        settings,
        settings.arms().stream().map(arm -> join(arm, settings, results)).toList(),
        settings.arms().stream()
            .flatMap(arm -> of(arm, results).flatMap(result -> result.diagnostics().stream()))
            .toList(),
        settings.arms().stream()
            .flatMap(arm -> of(arm, results).filter(result -> result.group().first() == 0))
            .map(ArmTraining.Result::outcome)
            .filter(Objects::nonNull)
            .toList(),
        Provenance.of(device, settings.threads(), command, checkpoints.start(), seconds));
  }

  private static void save(ArmTraining training, Path models, StudyListener listener) {
    try {
      training.save(models);
    } catch (IOException e) {
      listener.outputFailed("A model could not be written (" + Messages.of(e) + ").");
    }
  }

  private static Stream<ArmTraining.Result> of(Arm arm, List<ArmTraining.Result> results) {
    return results.stream().filter(result -> result.losses().arm() == arm);
  }

  /** Puts an arm's groups of replicas together; replicas that have not begun have no epochs. */
  private static ArmResult join(Arm arm, Settings settings, List<ArmTraining.Result> results) {
    double[] nothing = new double[settings.epochs()];
    Arrays.fill(nothing, Double.NaN);
    double[][] train = new double[settings.replicas()][];
    double[][] test = new double[settings.replicas()][];
    Arrays.fill(train, nothing);
    Arrays.fill(test, nothing);
    int[] epochs = new int[settings.replicas()];
    of(arm, results)
        .forEach(
            result -> {
              int first = result.group().first();
              int size = result.group().size();
              System.arraycopy(result.losses().trainLoss(), 0, train, first, size);
              System.arraycopy(result.losses().testLoss(), 0, test, first, size);
              System.arraycopy(result.losses().epochs(), 0, epochs, first, size);
            });
    double seconds = of(arm, results).mapToDouble(result -> result.losses().seconds()).sum();
    return new ArmResult(arm, train, test, epochs, seconds);
  }

  /** Runs jobs, a number of them at a time. The first failure stops the others. */
  private static <T> List<T> runAll(List<Callable<T>> jobs, int atOnce) {
    ExecutorService threads = Executors.newFixedThreadPool(atOnce, Study::daemon);
    try {
      CompletionService<T> running = new ExecutorCompletionService<>(threads);
      List<Future<T>> futures = jobs.stream().map(running::submit).toList();
      for (int i = 0; i < jobs.size(); i++) {
        running.take().get();
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("The study was stopped");
    } finally {
      threads.shutdownNow();
      awaitEnd(threads); // The jobs use native memory that the caller frees next.
    }
  }

  private static void awaitEnd(ExecutorService threads) {
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = threads.awaitTermination(1, TimeUnit.HOURS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A thread that does not keep the program alive. */
  private static Thread daemon(Runnable job) {
    Thread thread = new Thread(job, "training");
    thread.setDaemon(true);
    return thread;
  }
}
