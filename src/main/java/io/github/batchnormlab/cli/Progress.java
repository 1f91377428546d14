package io.github.batchnormlab.cli;

import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Replicas;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.InteractiveConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressState;

/** Shows the progress of a study on the console. It hears of epochs from several threads. */
abstract class Progress implements StudyListener, AutoCloseable {

  private Settings.Kind kind;
  private Outputs outputs;
  private Interruption interruption;

  /**
   * Bars on a terminal, lines elsewhere, nothing if quiet.
   *
   * @param outputs hears which files are missing
   * @param interruption says when to stop
   */
  static Progress create(
      Settings settings, boolean quiet, Outputs outputs, Interruption interruption) {
    Progress progress =
        quiet
            ? new Silent()
            : isTerminal() ? new Bars(settings) : new Lines(settings, System.err, System::nanoTime);
    progress.kind = settings.kind();
    progress.outputs = outputs;
    progress.interruption = interruption;
    return progress;
  }

  @Override
  public boolean isStopping() {
    return interruption.isRequested();
  }

  @Override
  public void dataFound(DataFacts facts) {
    if (!(this instanceof Silent)) {
      DataTable.print(facts, kind, System.out);
    }
    facts.warnings().forEach(this::warned);
  }

  @Override
  public void outputFailed(String sentence) {
    outputs.failed(sentence);
  }

  @Override
  public void warned(String sentence) {
    System.err.println("Warning: " + sentence);
  }

  @Override
  public void close() {}

  /** Whether somebody sees the error stream as it comes. */
  static boolean isTerminal() {
    if (System.console() == null || "dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    try { // From Java 22 on a console is always there, and says itself whether it is a terminal.
      return (boolean) System.console().getClass().getMethod("isTerminal").invoke(System.console());
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  /** The arm's name, as wide as the longest of the study. */
  private static String padded(Arm arm, Settings settings) {
    int width =
        settings.net().arms().stream().mapToInt(other -> other.id().length()).max().orElse(0);
    return String.format(Locale.ROOT, "%-" + width + "s", arm.id());
  }

  /** How long it takes still. */
  static String left(long done, long all, double perSecond) {
    Duration left = Duration.ofSeconds(Math.round((all - done) / perSecond));
    return String.format(Locale.ROOT, "%d:%02d left", left.toMinutes(), left.toSecondsPart());
  }

  private static String losses(double train, double test) {
    return String.format(Locale.ROOT, "train %.3g test %.3g", train, test);
  }

  /**
   * How far an arm is, all replicas together, and how fast from its own start on: it may have
   * waited for others.
   */
  private static final class Pace {
    private final long all;
    private final LongSupplier nanoTime;
    private long done;
    private long skipped;
    private long start;
    private long last;
    private boolean hasBegun;

    Pace(Settings settings, LongSupplier nanoTime) {
      all = (long) settings.fit().epochs() * settings.fit().replicas();
      this.nanoTime = nanoTime;
    }

    synchronized long done() {
      return done;
    }

    /** Begins, too: whoever trains says first what it need not train. */
    synchronized void skip(long epochs) {
      skipped += epochs;
      add(epochs);
    }

    /** Returns whether a further tenth is done. */
    synchronized boolean add(long epochs) {
      long before = done;
      done += epochs;
      last = nanoTime.getAsLong();
      if (!hasBegun) {
        hasBegun = true;
        start = last;
      }
      return 10 * done / all != 10 * before / all;
    }

    /** Speed and time left, behind what they belong to; empty if nothing is known. */
    synchronized String text(String unit) {
      if (done == skipped || last == start) {
        return "";
      }
      double perSecond = 1e9 * (done - skipped) / (last - start);
      return String.format(Locale.ROOT, "  %.0f%s  ", perSecond, unit) + left(done, all, perSecond);
    }
  }

  private static final class Silent extends Progress {}

  /**
   * A bar for each arm. They show when the first training begins: they draw over the lines below
   * them, and what is said before training shall stay.
   */
  private static final class Bars extends Progress {
    private static final int WIDTH = 79;
    private static final long MESSAGE_INTERVAL_NANOS = 100_000_000;

    private final Settings settings;
    private final Map<Arm, ProgressBar> bars = new LinkedHashMap<>();
    private final Map<Arm, Long> lastMessage = new ConcurrentHashMap<>();
    private final Map<Arm, Pace> paces = new HashMap<>();

    Bars(Settings settings) {
      this.settings = settings;
      settings.net().arms().forEach(arm -> paces.put(arm, new Pace(settings, System::nanoTime)));
    }

    private synchronized ProgressBar bar(Arm arm) {
      if (bars.isEmpty()) {
        show();
      }
      return bars.get(arm);
    }

    private void show() {
      for (Arm arm : settings.net().arms()) {
        Pace pace = paces.get(arm);
        bars.put(
            arm,
            new ProgressBarBuilder()
                .setTaskName(padded(arm, settings))
                .setInitialMax(pace.all)
                .setUpdateIntervalMillis(200)
                // Of a width that is given, else JLine opens the terminal and takes Ctrl-C away.
                .setConsumer(new InteractiveConsoleProgressBarConsumer(System.err, WIDTH))
                .setRenderer((state, length) -> render(state, length, pace))
                .build());
      }
    }

    /**
     * Name, share, bar, epochs, losses, speed and time left in one line of 80 columns. Of several
     * replicas the share is enough: their epochs added up are not the epoch of the losses.
     */
    private String render(ProgressState state, int maxLength, Pace pace) {
      boolean isOne = settings.fit().replicas() == 1;
      String head =
          String.format(
              Locale.ROOT,
              "%s %3.0f%% [",
              state.getTaskName(),
              100 * state.getNormalizedProgress());
      String tail =
          "] "
              + (isOne ? state.getCurrent() + "/" + state.getMax() + "  " : "")
              + state.getExtraMessage()
              + pace.text(isOne ? "/s" : " epochs/s");
      int length = Math.max(1, Math.min(maxLength, WIDTH) - head.length() - tail.length());
      int full = (int) (state.getNormalizedProgress() * length);
      return head + "=".repeat(full) + " ".repeat(length - full) + tail;
    }

    /** Short: which replicas they are changes too fast to be read. */
    private String whose(Replicas replicas) {
      return settings.fit().replicas() == 1
          ? ""
          : replicas.size() == 1 ? "replica " + replicas.first() + " " : "median ";
    }

    @Override
    public void epochEnded(
        Arm arm, Replicas replicas, int epoch, double trainLoss, double testLoss) {
      ProgressBar bar = bar(arm);
      paces.get(arm).add(replicas.size());
      bar.stepBy(replicas.size());
      long now = System.nanoTime();
      boolean isLast = bar.getCurrent() == bar.getMax();
      if (isLast || now - lastMessage.getOrDefault(arm, 0L) > MESSAGE_INTERVAL_NANOS) {
        lastMessage.put(arm, now);
        bar.setExtraMessage(whose(replicas) + losses(trainLoss, testLoss));
      }
      if (isLast) {
        bar.pause();
        bar.refresh();
      }
    }

    @Override
    public void skipped(Arm arm, long epochs) {
      paces.get(arm).skip(epochs);
      ProgressBar bar = bar(arm);
      bar.stepBy(epochs);
      bar.refresh();
    }

    @Override
    public synchronized void close() {
      bars.values().forEach(ProgressBar::close);
    }
  }

  /** A line for each tenth of the epochs. */
  static final class Lines extends Progress {
    private final Settings settings;
    private final PrintStream out;
    private final Map<Arm, Pace> paces = new HashMap<>();

    /**
     * @param nanoTime the clock
     */
    Lines(Settings settings, PrintStream out, LongSupplier nanoTime) {
      this.settings = settings;
      this.out = out;
      settings.net().arms().forEach(arm -> paces.put(arm, new Pace(settings, nanoTime)));
    }

    private String whose(Replicas replicas) {
      int all = settings.fit().replicas();
      return all == 1
          ? "  "
          : " of "
              + all
              + " replicas  "
              + (replicas.size() == 1
                  ? "replica " + replicas.first() + ": "
                  : "replicas " + replicas.first() + " to " + (replicas.end() - 1) + ": median ");
    }

    @Override
    public void skipped(Arm arm, long epochs) {
      paces.get(arm).skip(epochs);
    }

    @Override
    public void epochEnded(
        Arm arm, Replicas replicas, int epoch, double trainLoss, double testLoss) {
      Pace pace = paces.get(arm);
      if (!pace.add(replicas.size())) {
        return;
      }
      out.printf(
          Locale.ROOT,
          "%s  epoch %d/%d%s%s%s%n",
          padded(arm, settings),
          pace.done(),
          pace.all,
          whose(replicas),
          losses(trainLoss, testLoss),
          pace.text(" epochs/s"));
    }
  }
}
