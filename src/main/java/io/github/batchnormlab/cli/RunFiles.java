package io.github.batchnormlab.cli;

import io.github.batchnormlab.report.HtmlReport;
import io.github.batchnormlab.report.LossPicture;
import io.github.batchnormlab.report.PictureException;
import io.github.batchnormlab.report.Thresholds;
import io.github.batchnormlab.run.RunFolder;
import io.github.batchnormlab.run.WholeFile;
import io.github.batchnormlab.study.StudyResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Writes the files of a run, all but those that training has written. */
final class RunFiles {
  private RunFiles() {}

  /** Does beside the training what takes longest and is the same for every report. */
  static void prepare() {
    Thread preparing = new Thread(HtmlReport::prepare, "report");
    preparing.setDaemon(true);
    preparing.start();
  }

  /** Where the report of a run is. */
  static Path report(RunFolder folder) {
    return folder.path().resolve("report.html");
  }

  /**
   * Writes them.
   *
   * @param thresholds the losses that the report tells the epochs of, if somebody has said
   * @param outputs hears which could not be written
   * @return whether the report could be
   */
  static boolean write(
      StudyResult result, RunFolder folder, Optional<Thresholds> thresholds, Outputs outputs) {
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
            () ->
                WholeFile.<RuntimeException>file(
                    report(folder), path -> writeReport(result, thresholds, path)));
    join(tables);
    join(drawing);
    return hasReport;
  }

  private static void writeReport(StudyResult result, Optional<Thresholds> thresholds, Path file)
      throws IOException {
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
