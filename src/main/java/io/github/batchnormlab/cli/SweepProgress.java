package io.github.batchnormlab.cli;

import io.github.batchnormlab.report.Medians;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.StudyListener;
import io.github.batchnormlab.study.StudyResult;
import io.github.batchnormlab.study.Sweep;
import io.github.batchnormlab.study.Varied;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/**
 * Shows how far a sweep is: a line for each cell that has ended, and one that tells how many are
 * left, which stays the last on a terminal. It hears of cells and epochs from several threads.
 */
final class SweepProgress implements AutoCloseable {
  /** So many warnings of a cell are told. */
  private static final int MOST_WARNINGS = 3;

  private static final int WIDTH = 79;
  private static final long INTERVAL_NANOS = 200_000_000;

  private final Sweep sweep;
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean isQuiet;
  private final boolean isTerminal;
  private final Outputs outputs;
  private final Interruption interruption;
  private final IntSupplier most;

  private final Set<String> warnings = new HashSet<>();
  private final long start = System.nanoTime();
  private final long allEpochs;
  private long doneEpochs;
  private long trainedEpochs;
  private long lastShown;
  private int running;
  private int done;
  private boolean hasHead;
  private boolean hasData;
  private boolean isShown;

  /**
   * @param outputs hears which files are missing
   * @param interruption says when to stop
   * @param most says how many cells can be trained at the same time
   */
  SweepProgress(
      Sweep sweep, Display display, Outputs outputs, Interruption interruption, IntSupplier most) {
    this.sweep = sweep;
    this.outputs = outputs;
    this.interruption = interruption;
    this.most = most;
    out = display.out();
    err = display.err();
    isQuiet = display.isQuiet();
    isTerminal = !isQuiet && Progress.isTerminal();
    allEpochs = sweep.cells().stream().mapToLong(Sweep.Cell::epochs).sum();
  }

  /** Hears of the study of one cell. */
  final class Listener implements StudyListener {
    private final Sweep.Cell cell;
    private long epochs;
    private int warnings;
    private boolean isRunning;
    private boolean hasRun;

    private Listener(Sweep.Cell cell) {
      this.cell = cell;
    }

    @Override
    public boolean isStopping() {
      return interruption.isRequested();
    }

    @Override
    public void dataFound(DataFacts facts) {
      synchronized (SweepProgress.this) {
        if (!isQuiet && !hasData) { // The others learn the same table, or say so in their reports.
          hasData = true;
          DataTable.print(facts, cell.settings().kind(), System.out);
        }
      }
      facts.warnings().forEach(this::warned);
    }

    @Override
    public void epochEnded(
        Arm arm, Replicas replicas, int epoch, double trainLoss, double testLoss) {
      count(this, replicas.size(), true);
    }

    @Override
    public void trained(Arm arm, long epochs) {
      count(this, epochs, true);
    }

    @Override
    public void skipped(Arm arm, long skipped) {
      count(this, skipped, false);
    }

    @Override
    public void trainsElsewhere(boolean now) {
      setRunning(this, now);
    }

    @Override
    public void warned(String sentence) {
      warn(this, sentence);
    }

    @Override
    public void outputFailed(String sentence) {
      outputs.failed(cell.folder() + ": " + sentence);
    }
  }

  /**
   * A cell begins, or goes on.
   *
   * @param isElsewhere whether other machines train it, of which the listener hears when they do
   */
  synchronized Listener begun(Sweep.Cell cell, boolean isElsewhere) {
    Listener listener = new Listener(cell);
    setRunning(listener, !isElsewhere);
    return listener;
  }

  /** A cell was trained by an earlier session. */
  synchronized void found(Sweep.Cell cell) {
    done++;
    doneEpochs += cell.epochs();
  }

  /** The files of a cell are written now. */
  void writing(Listener listener) {
    setRunning(listener, true);
  }

  /** A cell was trained to its end. */
  synchronized void ended(Sweep.Cell cell, Listener listener, StudyResult result) {
    end(cell, listener);
    if (!isQuiet) {
      hide();
      if (!hasHead) {
        hasHead = true;
        out.println("The best test loss of each cell" + ofReplicas() + ":");
        out.println(line("cell", names(), sweep.arms().stream().map(Arm::id).toList()));
      }
      out.println(line(cell.name(), List.copyOf(cell.values().values()), losses(result)));
      out.flush();
    }
  }

  /** A cell has failed. */
  synchronized void failed(Sweep.Cell cell, Listener listener, String reason) {
    end(cell, listener);
    hide();
    err.println(cell.folder() + " (" + cell.text() + ") failed: " + reason);
    err.flush();
  }

  /** A cell was interrupted. */
  synchronized void stopped(Listener listener) {
    setRunning(listener, false);
  }

  /** A cell that waits for a place is one of those that are left. */
  private synchronized void setRunning(Listener listener, boolean isRunning) {
    if (listener.isRunning != isRunning) {
      listener.isRunning = isRunning;
      running += isRunning ? 1 : -1;
      show(!listener.hasRun);
      listener.hasRun = true;
    }
  }

  private void end(Sweep.Cell cell, Listener listener) {
    running -= listener.isRunning ? 1 : 0;
    listener.isRunning = false;
    done++;
    doneEpochs += cell.epochs() - listener.epochs;
  }

  private synchronized void count(Listener listener, long epochs, boolean isTrained) {
    long tenth = doneEpochs * 10 / allEpochs;
    listener.epochs += epochs;
    doneEpochs += epochs;
    trainedEpochs += isTrained ? epochs : 0;
    show(!isTerminal && doneEpochs * 10 / allEpochs != tenth);
  }

  private synchronized void warn(Listener listener, String sentence) {
    if (!warnings.add(sentence) || ++listener.warnings > MOST_WARNINGS + 1) {
      return; // What all cells have in common is told once.
    }
    String told =
        listener.warnings <= MOST_WARNINGS
            ? sentence
            : "There are more such warnings, in its report.";
    hide();
    err.println("Warning: " + listener.cell.folder() + ": " + told);
    err.flush();
  }

  private String ofReplicas() {
    boolean isMedian =
        sweep.cells().stream().anyMatch(cell -> cell.settings().fit().replicas() > 1);
    return isMedian ? ", median over the replicas" : "";
  }

  private List<String> names() {
    return sweep.varied().stream().map(Varied::name).toList();
  }

  private List<String> losses(StudyResult result) {
    Map<Arm, String> losses =
        result.arms().stream()
            .collect(Collectors.toMap(ArmResult::arm, arm -> Medians.of(arm, 0).bestTestLoss()));
    return sweep.arms().stream().map(arm -> losses.getOrDefault(arm, "")).toList();
  }

  /** The name of a cell, what varies, and a number for each arm, in columns. */
  private String line(String cell, List<String> values, List<String> losses) {
    List<String> parts = new ArrayList<>();
    parts.add(padded(cell, sweep.cells().get(0).name().length() + 2));
    for (int i = 0; i < values.size(); i++) {
      Varied varied = sweep.varied().get(i);
      int width = varied.values().stream().mapToInt(String::length).max().orElse(0);
      parts.add(padded(values.get(i), Math.max(width, varied.name().length())));
    }
    for (int i = 0; i < losses.size(); i++) {
      int width = Math.max(10, sweep.arms().get(i).id().length());
      parts.add(String.format(Locale.ROOT, "%" + width + "s", losses.get(i)));
    }
    return String.join("  ", parts).stripTrailing();
  }

  private static String padded(String text, int width) {
    return String.format(Locale.ROOT, "%-" + width + "s", text);
  }

  /** The line that tells how far all is; on a terminal it replaces itself. */
  private void show(boolean isNews) {
    long now = System.nanoTime();
    if (isQuiet || !isNews && (!isTerminal || now - lastShown < INTERVAL_NANOS)) {
      return;
    }
    lastShown = now;
    String line = status((now - start) / 1e9);
    if (isTerminal) {
      err.print("\r" + padded(line.substring(0, Math.min(WIDTH, line.length())), WIDTH));
      isShown = true;
    } else {
      err.println(line);
    }
    err.flush();
  }

  private String status(double seconds) {
    int all = sweep.cells().size();
    // On a cluster the news that one has begun may come before that another has left its place.
    int shown = Math.min(running, most.getAsInt());
    String counts =
        String.format(
            Locale.ROOT,
            "%d of %d cells done, %d running, %d left",
            done,
            all,
            shown,
            all - done - shown);
    return trainedEpochs == 0
        ? counts
        : counts + "; " + Progress.left(doneEpochs, allEpochs, trainedEpochs / seconds);
  }

  private void hide() {
    if (isShown) {
      err.print("\r" + " ".repeat(WIDTH) + "\r");
      err.flush();
      isShown = false;
    }
  }

  @Override
  public synchronized void close() {
    hide();
  }
}
