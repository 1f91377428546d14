package io.github.batchnormlab.cli;

import io.github.batchnormlab.export.ExportException;
import io.github.batchnormlab.export.ExportFormat;
import io.github.batchnormlab.export.Exported;
import io.github.batchnormlab.model.TrainedNetwork;
import io.github.batchnormlab.run.Messages;
import io.github.batchnormlab.run.RunException;
import io.github.batchnormlab.run.TrainedRun;
import io.github.batchnormlab.run.WholeFile;
import io.github.batchnormlab.study.SettingException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a trained network in a format that other programs read. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    versionProvider = StudyCommand.Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    header = "Writes a trained network for ONNX Runtime or PyTorch.",
    synopsisHeading = HelpPages.USAGE,
    customSynopsis = "mvn compile exec:java -Dexec.args=\"export RUN --format FORMAT [OPTIONS]\"",
    description = {
      "",
      "An ONNX file takes the features as they are and gives predictions in the units of the table,"
          + " or the probability of each class. A safetensors file has the parameters under the"
          + " names that PyTorch gives them. Both say what the features are, in their order.",
      ""
    },
    footer = {
      "",
      "Example",
      "  mvn compile exec:java -Dexec.args=\"export runs/2026-11-24_09-30-00 --format onnx\""
    })
final class ExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RUN", description = "The folder of the run.")
  private Path run;

  @Mixin private NetworkChoice network;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      required = true,
      description = "Of the file: onnx or safetensors.")
  private String format;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "The file: a new one (ARM.onnx or ARM.safetensors).")
  private Path output;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    ExportFormat wanted =
        ExportFormat.find(format)
            .orElseThrow(
                () -> new SettingException("format", format, "must be onnx or safetensors"));
    if (output != null) {
      WholeFile.checkNew(output);
    }
    try {
      TrainedRun trained = TrainedRun.open(run);
      TrainedRun.Choice choice = network.choose(trained);
      Path target = output == null ? Path.of(choice.arm().id() + "." + wanted) : output;
      WholeFile.checkNew(target);
      ExportFormat.check(choice.arm(), trained.arms());
      try (TrainedNetwork loaded = trained.load(choice)) {
        trained.warning(choice).ifPresent(warning -> err.println("Warning: " + warning));
        Exported exported = wanted.export(loaded, trained.versions());
        return write(exported, NetworkChoice.text(choice), target);
      }
    } catch (RunException | ExportException e) {
      err.println("export: " + e.getMessage());
      return Main.REFUSED;
    }
  }

  private int write(Exported exported, String choice, Path target) {
    PrintWriter out = spec.commandLine().getOut();
    try {
      WholeFile.<RuntimeException>newFile(target, path -> Files.write(path, exported.content()));
    } catch (IOException e) {
      spec.commandLine()
          .getErr()
          .println("export: " + target + " could not be written (" + Messages.of(e) + ").");
      return Main.FAILED;
    }
    out.println("Exported " + choice + ".");
    exported.remarks().forEach(out::println);
    out.println("Network: " + target.toAbsolutePath());
    return Main.OK;
  }
}
