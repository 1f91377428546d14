package io.github.batchnormlab.cli;

import io.github.batchnormlab.data.TableException;
import io.github.batchnormlab.engine.DeviceException;
import io.github.batchnormlab.report.HtmlReport;
import io.github.batchnormlab.report.LossPicture;
import io.github.batchnormlab.report.PictureException;
import io.github.batchnormlab.report.Thresholds;
import io.github.batchnormlab.run.Checkpoints;
import io.github.batchnormlab.run.RunException;
import io.github.batchnormlab.run.RunFolder;
import io.github.batchnormlab.run.Study;
import io.github.batchnormlab.run.WholeFile;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;

/** A run from its folder, new or with checkpoints, to its files and its exit code. */
final class StudyRun {
  private final Settings settings;
  private final RunFolder folder;
  private final Checkpoints checkpoints;
  private final Display display;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Outputs outputs;
  private final Optional<Thresholds> thresholds;

  /**
   * @param settings what to train
   * @param folder where the files go; the caller closes it
   * @param checkpoints what to go on from, and when to save
   * @param display what to show
   */
  StudyRun(Settings settings, RunFolder folder, Checkpoints checkpoints, Display display) {
    this.settings = settings;
    this.folder = folder;
    this.checkpoints = checkpoints;
    this.display = display;
    out = display.out();
    err = display.err();
    outputs = new Outputs(err);
    thresholds = display.thresholds();
  }

  /**
   * Trains what is left, and writes what there is then.
   *
   * @return the exit code
   */
  int run() {
    Thread preparing = new Thread(HtmlReport::prepare, "report");
    preparing.setDaemon(true);
    preparing.start();
    try (Interruption interruption = new Interruption(err, this::sayHowToGoOn)) {
      StudyResult result;
      try (Progress progress =
          Progress.create(settings, display.isQuiet(), outputs, interruption)) {
        String command = RepeatCommand.of(settings);
        result = Study.run(settings, folder, checkpoints, command, progress);
      } catch (DeviceException e) {
        takeBack();
        err.println(e.getMessage());
        return Main.REFUSED;
      } catch (TableException e) {
        takeBack();
        err.println(e.getMessage());
        return Main.REFUSED;
      } catch (RunException e) {
        takeBack();
        err.println(e.getMessage());
        return Main.FAILED;
      } catch (SettingException e) {
        takeBack();
        throw e;
      } catch (RuntimeException | Error e) {
        takeBack();
        sayHowToGoOn();
        throw e;
      }
      if (result.isEmpty()) {
        takeBack();
        err.println("Interrupted before the first epoch: no results.");
        sayHowToGoOn(); // A run that was begun by an earlier session is still there.
        return interruption.code();
      }
      write(result);
      if (!outputs.areComplete()) {
        return Main.FAILED;
      }
      if (result.hasFailed()) {
        err.println(
            "Every network failed: no training came to its end, because no loss stayed finite.");
        return Main.FAILED;
      }
      if (result.isFinished()) {
        return Main.OK;
      }
      sayHowToGoOn();
      return interruption.code();
    }
  }

  /** Leaves nothing of a run that has not come to anything. */
  private void takeBack() {
    checkpoints.takeBack();
    folder.takeBack();
  }

  private void sayHowToGoOn() {
    if (checkpoints.areKept() && folder.hasCheckpoints()) {
      err.println("To go on: " + RepeatCommand.goingOn(settings, folder.path()));
      err.flush();
    }
  }

  private void write(StudyResult result) {
    Path report = folder.path().resolve("report.html");
    Path picture = folder.path().resolve("batch_norm.png");
    // Who has pressed Ctrl-C waits for this: the report takes longest, the rest goes beside it.
    Thread tables =
        beside(
            () -> {
              outputs.write("losses.csv", () -> folder.writeLosses(result));
              if (result.data().isPresent()) {
                outputs.write("metrics.csv", () -> folder.writeMetrics(result));
              }
              outputs.write("diagnostics.csv", () -> folder.writeDiagnostics(result));
              outputs.write("run.json", () -> folder.writeRun(result));
            });
    Thread drawing =
        beside(
            () ->
                outputs.write(
                    "batch_norm.png",
                    () ->
                        WholeFile.<PictureException>file(
                            picture, path -> LossPicture.write(result, path))));
    boolean hasReport =
        outputs.write(
            "report.html",
            () -> WholeFile.<RuntimeException>file(report, path -> writeReport(result, path)));
    join(tables);
    join(drawing);
    if (!display.isQuiet()) {
      SummaryTable.print(result, out);
      result.notes().forEach(out::println);
      out.println();
    }
    if (hasReport) {
      display.announce(report);
    }
  }

  private void writeReport(StudyResult result, Path file) throws IOException {
    if (thresholds.isPresent()) {
      HtmlReport.write(result, thresholds.get(), file);
    } else {
      HtmlReport.write(result, file);
    }
  }

  private static Thread beside(Runnable writing) {
    Thread thread = new Thread(writing, "results");
    thread.start();
    return thread;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
