package io.github.batchnormlab.cli;

import io.github.batchnormlab.report.ComparisonReport;
import io.github.batchnormlab.report.Thresholds;
import io.github.batchnormlab.run.RunException;
import io.github.batchnormlab.run.RunFolder;
import io.github.batchnormlab.run.RunReader;
import io.github.batchnormlab.run.WholeFile;
import io.github.batchnormlab.study.StudyResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes one report over finished runs. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    versionProvider = StudyCommand.Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    header = "Makes one report over finished runs, and trains nothing.",
    synopsisHeading = HelpPages.USAGE,
    customSynopsis = "mvn compile exec:java -Dexec.args=\"compare RUN... [OPTIONS]\"",
    description = {
      "",
      "Everything is taken from the files in the folders of the runs. Replicas of different runs are"
          + " paired by their seeds.",
      ""
    },
    footer = {
      "",
      "Example",
      "  mvn compile exec:java -Dexec.args=\"compare runs/shallow runs/deep\""
    })
final class CompareCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "RUN",
      arity = "1..*",
      description = "The folders of the runs, with spaces between them.")
  private List<Path> runs;

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      description = "Where the report goes: a new or empty folder (runs/<start time>).")
  private Path output;

  @Mixin private Display display;

  @Override
  public Integer call() throws IOException {
    Optional<Thresholds> thresholds = display.thresholds();
    Map<String, StudyResult> results = new LinkedHashMap<>();
    try {
      List<StudyResult> read = new ArrayList<>();
      for (Path run : runs) {
        read.add(RunReader.read(run));
      }
      List<String> names = RunNames.of(runs);
      for (int i = 0; i < names.size(); i++) {
        results.put(names.get(i), read.get(i));
      }
    } catch (RunException e) {
      display.err().println("compare: " + e.getMessage());
      return Main.REFUSED;
    }
    try (RunFolder folder = RunFolder.createOrNew(output)) {
      Path report = folder.path().resolve("report.html");
      WholeFile.<RuntimeException>file(
          report,
          path -> {
            if (thresholds.isPresent()) {
              ComparisonReport.write(results, thresholds.get(), path);
            } else {
              ComparisonReport.write(results, path);
            }
          });
      display.announce(report);
      return Main.OK;
    }
  }
}
