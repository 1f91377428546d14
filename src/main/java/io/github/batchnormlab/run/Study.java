package io.github.batchnormlab.run;

import ai.djl.Device;
import io.github.batchnormlab.data.Source;
import io.github.batchnormlab.data.TableException;
import io.github.batchnormlab.engine.DeviceException;
import io.github.batchnormlab.engine.Devices;
import io.github.batchnormlab.engine.NativeMemory;
import io.github.batchnormlab.engine.ThisMachine;
import io.github.batchnormlab.model.InitialWeights;
import io.github.batchnormlab.model.Network;
import io.github.batchnormlab.model.Sizes;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Options;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Session;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import io.github.batchnormlab.study.StudyResult;
import io.github.batchnormlab.train.DeviceData;
import io.github.batchnormlab.train.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Trains several arms on the same data from the same weights. */
public final class Study {
  /** So many warnings are told one by one. */
  private static final int MOST_WARNINGS = 5;

  /**
   * One for each core of the machine: studies that run at the same time share them. Each training
   * takes as many as it has threads, and so has as many as if its study ran alone: the number of
   * threads can change a loss in its last digits.
   */
  private static final Semaphore CORES = new Semaphore(Threads.cores(), true);

  /** A system may give more cores later; the semaphore has those of the start. */
  private static final int MOST_CORES = CORES.availablePermits();

  private final Settings settings;
  private final Checkpoints checkpoints;
  private final StudyListener listener;
  private final long startNanos = System.nanoTime();

  /** What the user should know of the rows of the replicas. */
  private final List<String> warnings = new ArrayList<>();

  private int moreWarnings;

  /** Gets the trained parameters, or is null. */
  private final RunFolder folder;

  /** How many studies run at the same time, this one included. */
  private final int atOnce;

  /** What trains, or null for this machine. */
  private final Cluster cluster;

  private Study(
      Settings settings,
      RunFolder folder,
      Checkpoints checkpoints,
      StudyListener listener,
      int atOnce,
      Cluster cluster) {
    this.settings = settings;
    this.folder = folder;
    this.checkpoints = checkpoints;
    this.listener = listener;
    this.atOnce = atOnce;
    this.cluster = cluster;
  }

  /**
   * Runs a study and keeps nothing but its result.
   *
   * @param settings what to train
   * @return the result
   * @throws DeviceException if the device cannot be used; nothing has been trained then
   * @throws TableException if the table cannot be used; nothing has been trained then
   * @throws SettingException if the study needs more memory than there is
   */
  public static StudyResult run(Settings settings) throws DeviceException, TableException {
    return run(settings, StudyListener.NONE);
  }

  /**
   * The same with a listener, who hears of the progress and can end it.
   *
   * @param settings what to train
   * @param listener hears of the progress, and can end it
   * @return the result
   * @throws DeviceException if the device cannot be used; nothing has been trained then
   * @throws TableException if there is no table, or it makes no study
   */
  public static StudyResult run(Settings settings, StudyListener listener)
      throws DeviceException, TableException {
    try {
      return run(settings, null, Checkpoints.none(), "", listener);
    } catch (RunException e) {
      throw new IllegalStateException("Without checkpoints there is nothing to read", e);
    }
  }

  /**
   * Runs a study, or what is left of it. Arms and groups of replicas train at the same time, each
   * on a thread of its own, as far as the threads of the settings and the cores of the machine go;
   * PyTorch's threads are divided among them.
   *
   * @param settings what to train
   * @param folder gets the trained parameters, or null
   * @param checkpoints what to go on from, and where and when to save
   * @param command what repeats the run, for the record
   * @param listener hears of the progress, and can end it
   * @return the result
   * @throws DeviceException if the device cannot be used
   * @throws TableException if the table cannot be used
   * @throws SettingException if the study needs more memory than there is
   * @throws RunException if a checkpoint does not belong to such a run, or cannot be written;
   *     nothing has been trained then, as with the others
   */
  public static StudyResult run(
      Settings settings,
      RunFolder folder,
      Checkpoints checkpoints,
      String command,
      StudyListener listener)
      throws DeviceException, RunException, TableException {
    try {
      return run(settings, folder, checkpoints, command, listener, 1, null);
    } catch (ClusterException e) {
      throw new IllegalStateException("Without a cluster there is nothing that it cannot do", e);
    }
  }

  /**
   * The same where several studies run at the same time, or on other machines. Here they share the
   * cores of the machine, and each may take its part of the memory.
   *
   * @param settings what to train
   * @param folder gets the trained parameters, or null
   * @param checkpoints what to go on from, and where and when to save
   * @param command what repeats the run, for the record
   * @param listener hears of the progress, and can end it
   * @param atOnce how many studies run at the same time
   * @param cluster what trains, or null for this machine
   * @return the result, the same as if the study ran alone
   * @throws DeviceException if the device cannot be used
   * @throws TableException if the table cannot be used
   * @throws SettingException if the study needs more memory than there is
   * @throws RunException if a checkpoint does not belong to such a run, or cannot be written
   * @throws ClusterException if the cluster cannot do it
   */
  public static StudyResult run(
      Settings settings,
      RunFolder folder,
      Checkpoints checkpoints,
      String command,
      StudyListener listener,
      int atOnce,
      Cluster cluster)
      throws DeviceException, RunException, TableException, ClusterException {
    return new Study(settings, folder, checkpoints, listener, atOnce, cluster).run(command);
  }

  private StudyResult run(String command)
      throws DeviceException, RunException, TableException, ClusterException {
    NativeMemory.keep();
    Device device = Devices.open(settings.machine().device());
    try (Source source = source(settings, cluster)) {
      return run(source, Workplace.of(settings, source, device), command);
    }
  }

  /**
   * {@return whether the rows stay on the machines of a cluster, all of which then do one training}
   *
   * @param settings what to train
   * @param cluster the cluster, or null for this machine
   */
  public static boolean isSpread(Settings settings, Cluster cluster) {
    return cluster != null && settings.machine().blocks();
  }

  /**
   * Opens the rows of a study where they are to be.
   *
   * @param settings what to train
   * @param cluster what trains, or null for this machine
   * @return the rows; the caller closes them
   * @throws TableException if there is no table, or it makes no study
   */
  public static Source source(Settings settings, Cluster cluster) throws TableException {
    return isSpread(settings, cluster) ? cluster.source(settings) : Source.open(settings);
  }

  private StudyResult run(Source source, Workplace here, String command)
      throws RunException, TableException, ClusterException {
    Device device = here.device();
    checkRows(source, here.sizes());
    settings.net().arms().stream()
        .filter(arm -> !arm.hasReplicas())
        .forEach(arm -> Network.tryOut(arm, here.sizes(), settings));
    boolean isSpread = isSpread(settings, cluster);
    boolean isHere = cluster == null || isSpread;
    if (isHere) { // Else each job is checked where it is done.
      MemoryNeed.check(settings, source, here.sizes(), device.isGpu(), isSpread, atOnce);
    }
    List<Replicas> groups = Groups.divide(settings, source.trainRows(), device.isGpu());
    checkpoints.begin(
        settings, groups, here.sums(), ThisMachine.versions(), ThisMachine.name(device));
    source.facts().ifPresent(listener::dataFound);
    checkpoints.sessionWarning().ifPresent(listener::warned);
    Threads.warning(settings).ifPresent(listener::warned);
    List<Training.Result> results = isHere ? train(groups, here) : send(groups, here);
    double seconds = checkpoints.secondsBefore() + (System.nanoTime() - startNanos) / 1e9;
    return new StudyResult(
        settings,
        settings.net().arms().stream().map(arm -> join(arm, results)).toList(),
        settings.net().arms().stream()
            .flatMap(arm -> of(arm, results).flatMap(result -> result.diagnostics().stream()))
            .toList(),
        settings.net().arms().stream()
            .flatMap(arm -> of(arm, results).filter(result -> result.replicas().first() == 0))
            .map(Training.Result::outcome)
            .filter(Objects::nonNull)
            .toList(),
        ThisMachine.provenance(
            Threads.usable(settings),
            command,
            checkpoints.start(),
            seconds,
            checkpoints.sessions(reached(results))),
        source.facts().map(facts -> facts.with(warnings)));
  }

  /** A table's rows are known only now. */
  private void checkRows(Source source, Sizes sizes) {
    for (Arm arm : settings.net().arms()) {
      if (source.trainRows() < arm.leastRows()) {
        throw new SettingException(
            "arms",
            Options.text(settings.net().arms()),
            "must have no "
                + arm
                + " where there are fewer than "
                + arm.leastRows()
                + " training rows");
      }
      if (settings.machine().blocks() && !Network.create(arm, sizes, settings, 1).takesParts()) {
        throw new SettingException(
            "arms",
            Options.text(settings.net().arms()),
            "must have no "
                + arm
                + " where rows are in blocks: its layer may need all rows at once, and they are never"
                + " together");
      }
    }
  }

  /** How far the networks are. Those of a group end together, or stop before the others. */
  private Session.Epochs reached(List<Training.Result> results) {
    return Session.Epochs.of(
        results.stream()
            .flatMapToInt(
                result -> {
                  int most = IntStream.of(result.losses().epochs()).max().orElse(0);
                  return IntStream.generate(() -> most).limit(result.replicas().size());
                }),
        (long) settings.fit().replicas() * settings.net().arms().size());
  }

  /** Trains each arm for each group of replicas on this machine. */
  private List<Training.Result> train(List<Replicas> groups, Workplace here) throws TableException {
    Threads threads = threads(groups);
    List<DeviceData> data = new ArrayList<>();
    try {
      List<Callable<Training.Result>> jobs = new ArrayList<>();
      for (Replicas group : groups) {
        DeviceData rows = here.rows(group, this::note);
        data.add(rows);
        InitialWeights weights = here.weights(group);
        for (Arm arm : settings.net().arms()) {
          jobs.add(
              () -> {
                int taken = Math.min(MOST_CORES, threads.perTraining());
                CORES.acquire(taken);
                try {
                  return train(arm, group, here, rows, weights, threads.perTraining());
                } finally {
                  CORES.release(taken);
                }
              });
        }
      }
      tellNotes();
      System.gc(); // Else the rows would stay in Java's memory too, for the whole training.
      return runAll(jobs, threads.atOnce()).stream().filter(Objects::nonNull).toList();
    } finally {
      data.forEach(DeviceData::close);
    }
  }

  private Training.Result train(
      Arm arm,
      Replicas group,
      Workplace here,
      DeviceData rows,
      InitialWeights weights,
      int nativeThreads) {
    Optional<Training.State> saved = checkpoints.take(arm, group);
    if (listener.isStopping()) {
      return notTrained(saved);
    }
    Saver saver =
        new Saver(checkpoints, listener, startNanos, saved.map(Training.State::epoch).orElse(0));
    Workplace.Models models =
        folder == null
            ? null
            : (replica, writer) ->
                folder.writeModel(arm, replica, settings.fit().replicas(), writer);
    return here.train(arm, group, rows, weights, nativeThreads, saved, listener, saver, models);
  }

  /** What is known of a training that this session does not begin; null for nothing. */
  private Training.Result notTrained(Optional<Training.State> saved) {
    return saved.map(state -> Training.Result.of(state, settings.fit().epochs())).orElse(null);
  }

  /** Has each arm trained for each group of replicas on other machines. */
  private List<Training.Result> send(List<Replicas> groups, Workplace here)
      throws ClusterException {
    here.source().close(); // Each of them reads the rows by itself.
    int perTraining = threads(groups).perTraining();
    List<TrainingJob> jobs = new ArrayList<>();
    for (Replicas group : groups) {
      for (Arm arm : settings.net().arms()) {
        jobs.add(
            new TrainingJob(
                settings.texts(),
                arm,
                group,
                perTraining,
                checkpoints.take(arm, group).orElse(null),
                here.sums(),
                folder != null));
      }
    }
    Training.Result[] results = new Training.Result[jobs.size()];
    Map<Integer, List<TrainingJob.Note>> notes = new TreeMap<>();
    cluster.train(
        jobs,
        (index, done) -> {
          TrainingJob job = jobs.get(index);
          results[index] = take(job, done);
          if (job.arm().equals(settings.net().arms().get(0))) { // All arms have the same rows.
            notes.put(index, done.notes());
          }
        },
        listener);
    for (int i = 0; i < results.length; i++) {
      if (results[i] == null) {
        results[i] = notTrained(Optional.ofNullable(jobs.get(i).saved()));
      }
    }
    notes.values().stream()
        .flatMap(List::stream)
        .forEach(each -> note(each.replica(), each.warning()));
    tellNotes();
    return Stream.of(results).filter(Objects::nonNull).toList();
  }

  /** Keeps what another machine has trained, as if it had been trained here. */
  private Training.Result take(TrainingJob job, TrainingJob.Done done) {
    if (!done.failure().isEmpty()) {
      throw new IllegalStateException(done.failure());
    }
    done.warnings().forEach(listener::warned);
    int before = job.saved() == null ? 0 : job.saved().epoch();
    int epoch = done.state().epoch();
    long missing = settings.fit().epochs() - epoch; // Of a training that has stopped.
    listener.skipped(job.arm(), (before + missing) * job.group().size());
    listener.trained(job.arm(), (long) (epoch - before) * job.group().size());
    Saver saver = new Saver(checkpoints, listener, startNanos, before);
    saver.ended(done.state());
    try {
      for (int i = 0; i < done.models().size(); i++) {
        var files = done.models().get(i).entrySet();
        folder.writeModel(
            job.arm(),
            job.group().first() + i,
            settings.fit().replicas(),
            into -> {
              for (Map.Entry<String, byte[]> file : files) {
                Files.write(into.resolve(file.getKey()), file.getValue());
              }
            });
      }
    } catch (IOException e) {
      listener.outputFailed(Workplace.noModel(e));
    }
    return Training.Result.of(done.state(), settings.fit().epochs()).with(done.outcome());
  }

  private Threads threads(List<Replicas> groups) {
    return Threads.divide(settings, (long) groups.size() * settings.net().arms().size());
  }

  /** Keeps what the user should know of the rows of some replicas. */
  private void note(int replica, String warning) {
    if (replica == 0 || warnings.size() < MOST_WARNINGS) { // Of the first all are told.
      warnings.add((settings.fit().replicas() == 1 ? "" : "Replica " + replica + ": ") + warning);
    } else {
      moreWarnings++;
    }
  }

  private void tellNotes() {
    if (moreWarnings > 0) {
      warnings.add("There are " + moreWarnings + " more such warnings, of other replicas.");
    }
    warnings.forEach(listener::warned);
  }

  private static Stream<Training.Result> of(Arm arm, List<Training.Result> results) {
    return results.stream().filter(result -> result.losses().arm().equals(arm));
  }

  /** Puts an arm's groups of replicas together; replicas that have not begun have no epochs. */
  private ArmResult join(Arm arm, List<Training.Result> results) {
    double[][] train = unknown();
    double[][] test = unknown();
    int[] epochs = new int[settings.fit().replicas()];
    Map<Metric, double[][]> metrics = new LinkedHashMap<>();
    double seconds = 0;
    for (Training.Result result : of(arm, results).toList()) {
      ArmResult part = result.losses();
      int first = result.replicas().first();
      System.arraycopy(part.trainLoss(), 0, train, first, part.trainLoss().length);
      System.arraycopy(part.testLoss(), 0, test, first, part.testLoss().length);
      System.arraycopy(part.epochs(), 0, epochs, first, part.epochs().length);
      for (Map.Entry<Metric, double[][]> metric : part.metrics().entrySet()) {
        double[][] all = metrics.computeIfAbsent(metric.getKey(), key -> unknown());
        System.arraycopy(metric.getValue(), 0, all, first, metric.getValue().length);
      }
      seconds += part.seconds();
    }
    return new ArmResult(arm, train, test, epochs, seconds, metrics);
  }

  /** For each replica as many values as there are epochs, none of them known. */
  private double[][] unknown() {
    double[] nothing = new double[settings.fit().epochs()];
    Arrays.fill(nothing, Double.NaN);
    double[][] replicas = new double[settings.fit().replicas()][];
    Arrays.fill(replicas, nothing);
    return replicas;
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
