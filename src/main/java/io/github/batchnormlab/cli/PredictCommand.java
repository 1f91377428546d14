package io.github.batchnormlab.cli;

import io.github.batchnormlab.data.ImageFile;
import io.github.batchnormlab.data.TableException;
import io.github.batchnormlab.data.TableFile;
import io.github.batchnormlab.model.TrainedNetwork;
import io.github.batchnormlab.report.Numbers;
import io.github.batchnormlab.run.ImagePredictions;
import io.github.batchnormlab.run.Messages;
import io.github.batchnormlab.run.Predictions;
import io.github.batchnormlab.run.RunException;
import io.github.batchnormlab.run.TrainedRun;
import io.github.batchnormlab.run.WholeFile;
import io.github.batchnormlab.study.Delimiter;
import io.github.batchnormlab.study.ImageSize;
import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.SettingException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a table with what a trained network says of its rows. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    versionProvider = StudyCommand.Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    header = "Writes a table with the predictions of a trained network behind its rows.",
    synopsisHeading = HelpPages.USAGE,
    customSynopsis = "mvn compile exec:java -Dexec.args=\"predict RUN FILE [OPTIONS]\"",
    description = {
      "",
      "The rows are prepared as those of the training were. Columns are found by their names, in any"
          + " order; columns that are not needed stay, and all cells stay as they stand in the file."
          + " If the file has the targets too, the errors are printed. A file that has a column"
          + " predicted_TARGET or probability_CLASS already is refused. A network with a layer of"
          + " your own needs its class, where the training had it.",
      ""
    },
    footer = {
      "",
      "Example",
      "  mvn compile exec:java -Dexec.args=\"predict runs/2026-11-24_09-30-00 new.csv\""
    })
final class PredictCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RUN", description = "The folder of the run.")
  private Path run;

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description =
          "The table: a CSV file with a header, in UTF-8, perhaps compressed (.csv.gz). For a run on"
              + " images: an IDX file, perhaps compressed, or a PNG picture.")
  private Path file;

  @Mixin private NetworkChoice network;

  @Option(
      names = "--delimiter",
      paramLabel = "CHAR",
      description = "What parts the cells of the table (that of the run's own table).")
  private String delimiter;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "Where the rows go: a new file, compressed if its name ends with .gz"
              + " (FILE-predicted.csv).")
  private Path output;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Path target = output == null ? besides(file) : output;
    WholeFile.checkNew(target);
    try {
      TrainedRun trained = TrainedRun.open(run);
      TrainedRun.Choice choice = network.choose(trained);
      try (TrainedNetwork loaded = trained.load(choice)) {
        Optional<ImageSize> image = loaded.preprocessing().image();
        if (image.isPresent() && delimiter != null) {
          throw new SettingException("delimiter", delimiter, "must be left out for images");
        }
        TableFile table = new TableFile(file, delimiter(loaded));
        Predictions.Summary summary =
            image.isPresent()
                ? ImagePredictions.write(loaded, ImageFile.read(file, image.get()), target)
                : Predictions.write(loaded, table, target);
        trained.warning(choice).ifPresent(warning -> err.println("Warning: " + warning));
        summary.warnings().forEach(warning -> err.println("Warning: " + warning));
        out.println(
            Plain.count(summary.rows(), image.isPresent() ? "image" : "row")
                + " predicted by "
                + NetworkChoice.text(choice)
                + ".");
        summary
            .metrics()
            .forEach(
                (metric, value) ->
                    out.printf(
                        "%s of %s: %s%n",
                        metric.kind().label(),
                        Plain.cut(metric.target(), 40),
                        Numbers.significant(value)));
        summary.remarks().forEach(out::println);
        if (!summary.metrics().isEmpty()) {
          trained.remark(table, summary.rows()).ifPresent(out::println);
        }
        out.println("Predictions: " + target.toAbsolutePath());
        return Main.OK;
      }
    } catch (RunException | TableException e) {
      err.println(e instanceof RunException ? "predict: " + e.getMessage() : e.getMessage());
      return Main.REFUSED;
    } catch (IOException e) {
      err.println("predict: " + target + " could not be written (" + Messages.of(e) + ").");
      return Main.FAILED;
    }
  }

  private char delimiter(TrainedNetwork loaded) {
    return delimiter == null
        ? loaded.settings().table().delimiter().character()
        : Delimiter.read("delimiter", delimiter).character();
  }

  /** The name of a file with what belongs to it behind its name. */
  private static Path besides(Path file) {
    String name = file.getFileName() == null ? "" : file.getFileName().toString();
    return Path.of(name.replaceFirst("(?i)\\.csv(\\.gz)?$", "") + "-predicted.csv");
  }
}
