package io.github.batchnormlab.cli;

import io.github.batchnormlab.data.TableException;
import io.github.batchnormlab.engine.DeviceException;
import io.github.batchnormlab.report.Thresholds;
import io.github.batchnormlab.run.Checkpoints;
import io.github.batchnormlab.run.Cluster;
import io.github.batchnormlab.run.ClusterException;
import io.github.batchnormlab.run.RunException;
import io.github.batchnormlab.run.RunFolder;
import io.github.batchnormlab.run.Study;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import java.io.PrintWriter;
import java.util.Optional;

/** A run from its folder, new or with checkpoints, to its files and its exit code. */
final class StudyRun {
  private final Settings settings;
  private final RunFolder folder;
  private final Checkpoints checkpoints;
  private final Display display;

  /** Has the rows, or is null for this machine. */
  private final Cluster cluster;

  private final PrintWriter out;
  private final PrintWriter err;
  private final Outputs outputs;
  private final Optional<Thresholds> thresholds;

  /**
   * @param settings what to train
   * @param folder where the files go; the caller closes it
   * @param checkpoints what to go on from, and when to save
   * @param display what to show
   * @param cluster has the rows, or is null for this machine; the caller closes it
   */
  StudyRun(
      Settings settings,
      RunFolder folder,
      Checkpoints checkpoints,
      Display display,
      Cluster cluster) {
    this.settings = settings;
    this.folder = folder;
    this.checkpoints = checkpoints;
    this.display = display;
    this.cluster = cluster;
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
    RunFiles.prepare();
    try (Interruption interruption = new Interruption(err, this::sayHowToGoOn)) {
      StudyResult result;
      try (Progress progress =
          Progress.create(settings, display.isQuiet(), outputs, interruption)) {
        String command = RepeatCommand.of(settings, cluster);
        result = Study.run(settings, folder, checkpoints, command, progress, 1, cluster);
      } catch (DeviceException e) {
        takeBack();
        err.println(e.getMessage());
        return Main.REFUSED;
      } catch (TableException e) {
        takeBack();
        err.println(e.getMessage());
        return Main.REFUSED;
      } catch (RunException | ClusterException e) {
        takeBack();
        err.println(e.getMessage());
        return Main.FAILED;
      } catch (SettingException e) {
        takeBack();
        throw e;
      } catch (Exception | Error e) { // Spark throws checked exceptions that it does not declare.
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
      err.println("To go on: " + RepeatCommand.goingOn(settings, folder.path(), cluster));
      err.flush();
    }
  }

  private void write(StudyResult result) {
    boolean hasReport = RunFiles.write(result, folder, thresholds, outputs);
    if (!display.isQuiet()) {
      SummaryTable.print(result, out);
      result.notes().forEach(out::println);
      out.println();
    }
    if (hasReport) {
      display.announce(RunFiles.report(folder));
    }
  }
}
