package io.github.batchnormlab.cli;

import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyListener;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.InteractiveConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressState;

/** Shows the progress of a study on the console. It hears of epochs from several threads. */
abstract class Progress implements StudyListener, AutoCloseable {

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
        quiet ? new Silent() : isTerminal() ? new Bars(settings) : new Lines(settings, System.err);
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
      DataTable.print(facts, System.out);
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

  /** The epochs of an arm, all replicas together. */
  private static long epochs(Settings settings) {
    return (long) settings.fit().epochs() * settings.fit().replicas();
  }

  /** How long it takes still. */
  static String left(long done, long all, double perSecond) {
    Duration left = Duration.ofSeconds(Math.round((all - done) / perSecond));
    return String.format(Locale.ROOT, "%d:%02d left", left.toMinutes(), left.toSecondsPart());
  }

  private static String losses(double train, double test) {
    return String.format(Locale.ROOT, "train %.3g test %.3g", train, test);
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
    private final Map<Arm, AtomicLong> skipped = new HashMap<>();

    Bars(Settings settings) {
      this.settings = settings;
      settings.net().arms().forEach(arm -> skipped.put(arm, new AtomicLong()));
    }

    private synchronized ProgressBar bar(Arm arm) {
      if (bars.isEmpty()) {
        show();
      }
      return bars.get(arm);
    }

    private void show() {
      for (Arm arm : settings.net().arms()) {
        AtomicLong notTrained = skipped.get(arm);
        bars.put(
            arm,
            new ProgressBarBuilder()
                .setTaskName(padded(arm, settings))
                .setInitialMax(epochs(settings))
                .setUpdateIntervalMillis(200)
                // Of a width that is given, else JLine opens the terminal and takes Ctrl-C away.
                .setConsumer(new InteractiveConsoleProgressBarConsumer(System.err, WIDTH))
                .setRenderer((state, length) -> render(state, length, notTrained.get()))
                .build());
      }
    }

    /** Name, share, bar, epochs, losses, speed and time left in one line of 80 columns. */
    private static String render(ProgressState state, int maxLength, long notTrained) {
      long done = state.getCurrent();
      String head =
          String.format(
              Locale.ROOT,
              "%s %3.0f%% [",
              state.getTaskName(),
              100 * state.getNormalizedProgress());
      String tail =
          String.format(Locale.ROOT, "] %d/%d  %s", done, state.getMax(), state.getExtraMessage());
      double seconds = state.getTotalElapsed().toMillis() / 1e3;
      if (done > notTrained && seconds > 0) {
        double perSecond = (done - notTrained) / seconds;
        tail +=
            String.format(Locale.ROOT, "  %.0f/s  ", perSecond)
                + left(done, state.getMax(), perSecond);
      }
      int length = Math.max(1, Math.min(maxLength, WIDTH) - head.length() - tail.length());
      int full = (int) (state.getNormalizedProgress() * length);
      return head + "=".repeat(full) + " ".repeat(length - full) + tail;
    }

    @Override
    public void epochEnded(Arm arm, int replicas, int epoch, double trainLoss, double testLoss) {
      ProgressBar bar = bar(arm);
      bar.stepBy(replicas);
      long now = System.nanoTime();
      boolean isLast = bar.getCurrent() == bar.getMax();
      if (isLast || now - lastMessage.getOrDefault(arm, 0L) > MESSAGE_INTERVAL_NANOS) {
        lastMessage.put(arm, now);
        bar.setExtraMessage(losses(trainLoss, testLoss));
      }
      if (isLast) {
        bar.pause();
        bar.refresh();
      }
    }

    @Override
    public void skipped(Arm arm, long epochs) {
      skipped.get(arm).addAndGet(epochs);
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
  private static final class Lines extends Progress {
    private final Settings settings;
    private final PrintStream out;
    private final long start = System.nanoTime();
    private final Map<Arm, AtomicLong> done = new HashMap<>();
    private final Map<Arm, AtomicLong> skipped = new HashMap<>();

    Lines(Settings settings, PrintStream out) {
      this.settings = settings;
      this.out = out;
      for (Arm arm : settings.net().arms()) {
        done.put(arm, new AtomicLong());
        skipped.put(arm, new AtomicLong());
      }
    }

    @Override
    public void skipped(Arm arm, long epochs) {
      done.get(arm).addAndGet(epochs);
      skipped.get(arm).addAndGet(epochs);
    }

    @Override
    public void epochEnded(Arm arm, int replicas, int epoch, double trainLoss, double testLoss) {
      long all = epochs(settings);
      long after = done.get(arm).addAndGet(replicas);
      if (after * 10 / all == (after - replicas) * 10 / all) {
        return;
      }
      double trained = after - skipped.get(arm).get();
      double perSecond = trained / ((System.nanoTime() - start) / 1e9);
      out.printf(
          Locale.ROOT,
          "%s  epoch %d/%d  %s  %.0f epochs/s  %s%n",
          padded(arm, settings),
          after,
          all,
          losses(trainLoss, testLoss),
          perSecond,
          left(after, all, perSecond));
    }
  }
}
