package io.github.batchnormlab.report;

import io.github.batchnormlab.data.Range;
import io.github.batchnormlab.study.Provenance;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.loader.ClasspathLoader;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * The report of a study: one HTML file with figure, tables and everything that draws them, to open
 * from a disk without a network. The same result gives the same bytes.
 */
public final class HtmlReport {

  /** What stands for a loss that was never reached. */
  private static final String DASH = "\u2013";

  private HtmlReport() {}

  /**
   * Writes the report of the first replica.
   *
   * @param result what the study gave
   * @param file where to write, such as {@code report.html}; replaced if it exists
   * @throws IOException if the file cannot be written
   */
  public static void write(StudyResult result, Path file) throws IOException {
    Files.writeString(file, html(result));
  }

  static String html(StudyResult result) throws IOException {
    int replica = 0;
    List<Curve> curves = Curve.of(result.arms(), replica, LossFigure.BINS);
    var summaries = result.arms().stream().map(arm -> Summary.of(arm, replica)).toList();
    var values = new LinkedHashMap<String, Object>();
    values.put("css", Scripts.resource("report.css"));
    values.put("js", Scripts.resource("report.js"));
    values.put("plotly", Scripts.plotly());
    values.put("lossFigure", Scripts.of(LossFigure.of(curves), "losses"));
    values.put("gaps", curves.stream().anyMatch(Curve::hasGaps));
    values.put("arms", result.arms().stream().map(arm -> arm.arm().label()).toList());
    values.put("results", results(summaries));
    values.put("settings", settings(result.settings()));
    values.put("provenance", provenance(result.provenance()));
    values.put("command", result.provenance().command());

    var loader = new ClasspathLoader(HtmlReport.class.getClassLoader());
    loader.setPrefix(HtmlReport.class.getPackageName().replace('.', '/'));
    var engine =
        new PebbleEngine.Builder()
            .loader(loader)
            .autoEscaping(true)
            .strictVariables(true)
            .defaultLocale(Locale.ROOT)
            .build();
    var page = new StringWriter();
    engine.getTemplate("report.html").evaluate(page, values);
    return page.toString();
  }

  /** Rows of the table of results that belong together. The template reads it by name. */
  record Group(String title, List<Row> rows) {}

  /** A row of the table of results, with a cell for each arm. The template reads it by name. */
  record Row(String head, List<String> cells) {}

  private static List<Group> results(List<Summary> arms) {
    var losses =
        List.of(
            row("Final training loss", arms, arm -> Numbers.significant(arm.finalTrainLoss())),
            row("Final test loss", arms, arm -> Numbers.significant(arm.finalTestLoss())),
            row("Best test loss", arms, arm -> Numbers.significant(arm.bestTestLoss())),
            row("Epoch of the best test loss", arms, arm -> epoch(arm.bestTestEpoch())));
    var train = new ArrayList<Row>();
    var test = new ArrayList<Row>();
    for (int i = 0; i < Summary.THRESHOLDS.size(); i++) {
      int index = i;
      String head = Numbers.exact(Summary.THRESHOLDS.get(i));
      train.add(row(head, arms, arm -> epoch(arm.reached().get(index).trainEpoch())));
      test.add(row(head, arms, arm -> epoch(arm.reached().get(index).testEpoch())));
    }
    var time =
        List.of(row("Time per epoch, ms", arms, arm -> Numbers.significant(arm.millisPerEpoch())));
    return List.of(
        new Group("Loss", losses),
        new Group("First epoch with a training loss of at most", train),
        new Group("First epoch with a test loss of at most", test),
        new Group("Cost", time));
  }

  private static Row row(String head, List<Summary> arms, Function<Summary, String> cell) {
    return new Row(head, arms.stream().map(cell).toList());
  }

  private static String epoch(OptionalInt epoch) {
    return epoch.isPresent() ? Numbers.count(epoch.getAsInt()) : DASH;
  }

  private static Map<String, String> settings(Settings settings) {
    var rows = new LinkedHashMap<String, String>();
    rows.put("Arms", String.join(", ", settings.arms().stream().map(arm -> arm.id()).toList()));
    rows.put("Epochs", Numbers.count(settings.epochs()));
    rows.put("Seed", Integer.toString(settings.seed()));
    rows.put("Hidden units", Numbers.count(settings.hidden()));
    rows.put("Bias of the first layer", settings.bias() ? "yes" : "no");
    rows.put("Training points", Numbers.count(settings.trainSize()));
    rows.put("Test points", Numbers.count(settings.testSize()));
    rows.put("Range of r", range(settings.red()));
    rows.put("Range of g", range(settings.green()));
    rows.put("Range of b", range(settings.blue()));
    rows.put("Learning rate of Adam", Numbers.exact(settings.learningRate()));
    rows.put("Momentum of the running statistics, \u03bb", Numbers.exact(settings.lambda()));
    rows.put("Added to the variance, \u03b5", Numbers.exact(settings.epsilon()));
    rows.put("Precision", settings.precision().id());
    rows.put("Device asked for", settings.device().toString());
    return rows;
  }

  private static String range(Range range) {
    return Numbers.exact(range.low()) + " to " + Numbers.exact(range.high());
  }

  private static Map<String, String> provenance(Provenance provenance) {
    var rows = new LinkedHashMap<String, String>();
    rows.put("BatchNorm Lab", provenance.project());
    rows.put("DJL", provenance.djl());
    rows.put("PyTorch", provenance.pyTorch());
    rows.put("Java", provenance.java());
    rows.put("Operating system", provenance.operatingSystem());
    rows.put("Processor", provenance.processor());
    rows.put("Device", provenance.device());
    rows.put("Native threads", Integer.toString(provenance.threads()));
    rows.put(
        "Start",
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC)
            .format(provenance.start()));
    rows.put("Duration", Numbers.significant(provenance.seconds()) + " s");
    return rows;
  }
}
