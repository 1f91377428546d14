package io.github.batchnormlab.cli;

import io.github.batchnormlab.data.TableException;
import io.github.batchnormlab.engine.DeviceException;
import io.github.batchnormlab.engine.Devices;
import io.github.batchnormlab.report.SweepReport;
import io.github.batchnormlab.report.Thresholds;
import io.github.batchnormlab.run.Cadence;
import io.github.batchnormlab.run.Checkpoints;
import io.github.batchnormlab.run.Cluster;
import io.github.batchnormlab.run.Messages;
import io.github.batchnormlab.run.RunFolder;
import io.github.batchnormlab.run.Study;
import io.github.batchnormlab.run.SweepFolder;
import io.github.batchnormlab.run.WholeFile;
import io.github.batchnormlab.study.CellResult;
import io.github.batchnormlab.study.DeviceChoice;
import io.github.batchnormlab.study.Options;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import io.github.batchnormlab.study.Sweep;
import io.github.batchnormlab.study.Varied;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A sweep from its folder, new or begun, to its files and its exit code. */
final class SweepRun {
  /** More threads than these do not help anybody. */
  private static final int MOST_AT_ONCE = 1_000;

  private static final String TABLE = "sweep.csv";

  private static final String REPORT = "report.html";

  private final Sweep sweep;
  private final SweepFolder folder;
  private final Cadence cadence;
  private final Display display;
  private final int atOnce;

  /** What trains, or null for this machine. */
  private final Cluster cluster;

  private final boolean isSpread;

  /** What repeats the sweep. */
  private final String command;

  private final PrintWriter err;
  private final Outputs outputs;
  private final List<Double> losses;

  /** Reports and pictures are made one at a time. */
  private final Object writing = new Object();

  /** How many cells have begun and not ended. */
  private int begun;

  /** What became of the cells that are done so far, by their place. */
  private final SortedMap<Integer, CellResult> soFar = new TreeMap<>();

  private final Sparingly table = new Sparingly(this::writeTable);
  private final Sparingly report = new Sparingly(this::writeReport);

  /**
   * @param folder where the files go; the caller closes it
   * @param cadence when a cell saves what it needs to go on
   * @param display what to show
   * @param atOnce how many cells are trained at the same time on this machine
   * @param cluster what trains, or null for this machine
   */
  SweepRun(
      Sweep sweep,
      SweepFolder folder,
      Cadence cadence,
      Display display,
      int atOnce,
      Cluster cluster) {
    this.sweep = sweep;
    this.folder = folder;
    this.cadence = cadence;
    this.display = display;
    this.atOnce = atOnce;
    this.cluster = cluster;
    isSpread = isSpread(sweep, cluster);
    command = RepeatCommand.of(sweep, cluster);
    err = display.err();
    outputs = new Outputs(err);
    losses = display.thresholds().map(Thresholds::train).orElse(List.of());
  }

  /**
   * How many cells are to be trained at the same time on this machine.
   *
   * @param parallel what the user has said, or null
   * @param master whether others are to train them
   */
  static int atOnce(String parallel, boolean master) {
    if (master && parallel != null) {
      throw new SettingException(
          "parallel",
          parallel,
          "must not be given with --master, which has as many as it has cores");
    }
    return parallel == null ? 1 : WholeNumber.parse("parallel", parallel, 1, MOST_AT_ONCE);
  }

  /**
   * Whether the devices and the table of all cells can be used, else it says why not.
   *
   * @param cluster what is to train, or null for this machine
   */
  static boolean canBegin(Sweep sweep, Cluster cluster, PrintWriter err) {
    Set<DeviceChoice> devices = new LinkedHashSet<>();
    sweep.cells().forEach(cell -> devices.add(cell.settings().machine().device()));
    try {
      for (DeviceChoice device : devices) {
        Devices.open(device);
      }
      Settings first = sweep.cells().get(0).settings();
      boolean isOneTable = sweep.varied().stream().noneMatch(SweepRun::isOfTable);
      if (first.hasData() && isOneTable) {
        Study.source(first, cluster).close();
      }
      return true;
    } catch (DeviceException | TableException e) {
      err.println(e.getMessage());
      return false;
    }
  }

  private static boolean isOfTable(Varied varied) {
    return Options.named(varied.name()).group().equals("table");
  }

  /**
   * Trains what is left, and writes what there is then.
   *
   * @return the exit code
   */
  int run() {
    RunFiles.prepare();
    try (Interruption interruption = new Interruption(err, this::sayHowToGoOn)) {
      List<CellResult> results;
      try (SweepProgress progress =
          new SweepProgress(sweep, display, outputs, interruption, this::atOnce)) {
        results = train(progress, interruption);
      }
      int left = sweep.cells().size() - results.size();
      if (results.isEmpty()) {
        folder.takeBack();
        err.println("Interrupted before the first cell was done: no results of the sweep.");
        sayHowToGoOn();
        return interruption.code();
      }
      write(results);
      if (left > 0) {
        sayHowToGoOn();
        return interruption.code();
      }
      boolean isWhole = outputs.areComplete() && results.stream().noneMatch(CellResult::hasFailed);
      return isWhole ? Main.OK : Main.FAILED;
    }
  }

  /** What became of the cells that are done, in their order. */
  private List<CellResult> train(SweepProgress progress, Interruption interruption) {
    ExecutorService threads = Executors.newCachedThreadPool(SweepRun::daemon);
    try {
      List<Future<?>> futures = new ArrayList<>();
      for (int i = 0; i < sweep.cells().size(); i++) {
        int index = i;
        begin();
        futures.add(
            threads.submit(
                () -> {
                  try {
                    result(sweep.cells().get(index), progress, interruption)
                        .ifPresent(result -> add(index, result));
                  } finally {
                    end();
                  }
                }));
      }
      for (Future<?> future : futures) {
        future.get();
      }
      return List.copyOf(soFar.values());
    } catch (ExecutionException e) {
      throw new IllegalStateException("A cell has failed in a way of its own", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("The sweep was stopped");
    } finally {
      threads.shutdownNow();
    }
  }

  /** Keeps what became of a cell; who looks meanwhile finds it in the table and the report. */
  private void add(int index, CellResult result) {
    synchronized (soFar) {
      soFar.put(index, result);
      List<CellResult> results = List.copyOf(soFar.values());
      table.write(results);
      report.write(results);
    }
  }

  /** Writes a file between cells, for which it takes a small part of the time. */
  private static final class Sparingly {
    /** It takes no more than one part in so many. */
    private static final int SHARE = 50;

    private final Writer writer;
    private long next = System.nanoTime();

    Sparingly(Writer writer) {
      this.writer = writer;
    }

    /** Writes all results that there are. */
    interface Writer {
      void write(List<CellResult> results) throws IOException;
    }

    void write(List<CellResult> results) {
      long start = System.nanoTime();
      if (start < next) {
        return;
      }
      try {
        writer.write(results);
      } catch (IOException e) {
        // It is written again at the end, and what is wrong is told then.
      }
      long end = System.nanoTime();
      next = end + SHARE * (end - start);
    }
  }

  private void writeTable(List<CellResult> results) throws IOException {
    folder.writeTable(sweep, results, losses);
  }

  private void writeReport(List<CellResult> results) throws IOException {
    WholeFile.<RuntimeException>file(
        folder.path().resolve(REPORT), path -> SweepReport.write(sweep, results, command, path));
  }

  /** Waits until there is room for one more cell. */
  private synchronized void begin() throws InterruptedException {
    while (begun >= room()) {
      wait(1_000); // More machines may have come.
    }
    begun++;
  }

  private synchronized void end() {
    begun--;
    notifyAll();
  }

  /**
   * On a cluster one more than it can train, so that it is not idle while files are written; but
   * one at a time of cells that take all of it, with their rows.
   */
  private int room() {
    return cluster == null || isSpread ? atOnce() : Math.min(atOnce() + 1, MOST_AT_ONCE);
  }

  /** How many cells can be trained at the same time. */
  private int atOnce() {
    if (cluster == null) {
      return atOnce;
    }
    return isSpread ? 1 : cluster.slots();
  }

  /** Whether the rows of any cell stay on a cluster, all of which then trains that cell. */
  static boolean isSpread(Sweep sweep, Cluster cluster) {
    return sweep.cells().stream().anyMatch(cell -> Study.isSpread(cell.settings(), cluster));
  }

  /** What became of a cell; empty if it is not at its end. */
  private Optional<CellResult> result(
      Sweep.Cell cell, SweepProgress progress, Interruption interruption) {
    Optional<StudyResult> before = folder.finished(cell);
    if (before.isPresent()) {
      progress.found(cell);
      return Optional.of(CellResult.of(cell, before.get(), losses));
    }
    if (interruption.isRequested()) {
      return Optional.empty();
    }
    boolean isElsewhere = cluster != null && !Study.isSpread(cell.settings(), cluster);
    SweepProgress.Listener listener = progress.begun(cell, isElsewhere);
    Optional<CellResult> result;
    try (RunFolder run = folder.cell(cell)) {
      result = train(cell, run, progress, listener);
    } catch (Exception | OutOfMemoryError | LinkageError e) {
      result = Optional.of(CellResult.failed(cell, Messages.sentence(e)));
    }
    if (result.isEmpty()) {
      progress.stopped(listener);
    }
    result
        .filter(CellResult::hasFailed)
        .ifPresent(failed -> progress.failed(cell, listener, failed.failure()));
    return result;
  }

  private Optional<CellResult> train(
      Sweep.Cell cell, RunFolder run, SweepProgress progress, SweepProgress.Listener listener)
      throws Exception {
    Checkpoints checkpoints = Checkpoints.readOrNew(run.checkpoints(), cadence);
    checkpoints.warnings().forEach(listener::warned);
    StudyResult result;
    try {
      String command = RepeatCommand.of(cell.settings(), cluster);
      result = Study.run(cell.settings(), run, checkpoints, command, listener, atOnce, cluster);
    } catch (Exception | OutOfMemoryError | LinkageError e) {
      checkpoints.takeBack();
      run.takeBack();
      throw e;
    }
    if (result.isEmpty()) {
      checkpoints.takeBack();
      run.takeBack();
      return Optional.empty();
    }
    progress.writing(listener);
    synchronized (writing) {
      RunFiles.write(result, run, display.thresholds(), outputs);
    }
    if (!result.isFinished()) {
      return Optional.empty();
    }
    CellResult became = CellResult.of(cell, result, losses);
    if (!became.hasFailed()) {
      progress.ended(cell, listener, result);
    }
    return Optional.of(became);
  }

  private static Thread daemon(Runnable job) {
    Thread thread = new Thread(job, "cell");
    thread.setDaemon(true);
    return thread;
  }

  private void write(List<CellResult> results) {
    outputs.write(TABLE, () -> writeTable(results));
    boolean hasReport = outputs.write(REPORT, () -> writeReport(results));
    if (!display.isQuiet()) {
      long failed = results.stream().filter(CellResult::hasFailed).count();
      display
          .out()
          .printf(
              "%d of %d cells are done%s.%n%n",
              results.size(),
              sweep.cells().size(),
              failed == 0 ? "" : ", " + failed + " of them have failed");
    }
    if (hasReport) {
      display.announce(folder.path().resolve(REPORT));
    }
  }

  private void sayHowToGoOn() {
    if (folder.hasCells()) {
      Settings settings = sweep.cells().get(0).settings();
      err.println("To go on: " + RepeatCommand.goingOn(settings, folder.path(), cluster));
      err.flush();
    }
  }
}
