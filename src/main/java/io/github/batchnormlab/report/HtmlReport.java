package io.github.batchnormlab.report;

import io.github.batchnormlab.report.Chart.Section;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Options;
import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.Provenance;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * The report of a study: one HTML file with figure, tables and everything that draws them, to open
 * from a disk without a network. The same result gives the same bytes.
 */
public final class HtmlReport {

  private HtmlReport() {}

  /**
   * Does in advance what takes longest and is the same for every report. If it fails, so will the
   * report, which says why.
   */
  public static void prepare() {
    try {
      Scripts.plotly();
    } catch (IOException | RuntimeException | OutOfMemoryError | LinkageError e) {
      // Tried again for the report.
    }
  }

  /**
   * Writes the report, with the thresholds that suit the result.
   *
   * @param result what the study gave
   * @param file where to write, such as {@code report.html}; replaced if it exists
   * @throws IOException if the file cannot be written
   */
  public static void write(StudyResult result, Path file) throws IOException {
    Files.writeString(file, html(result));
  }

  /**
   * Writes the report.
   *
   * @param result what the study gave
   * @param thresholds the losses whose first reaching is counted
   * @param file where to write, such as {@code report.html}; replaced if it exists
   * @throws IOException if the file cannot be written
   */
  public static void write(StudyResult result, Thresholds thresholds, Path file)
      throws IOException {
    Files.writeString(file, html(result, thresholds));
  }

  static String html(StudyResult whole) throws IOException {
    return html(whole, Thresholds.of(whole.comparable()));
  }

  static String html(StudyResult whole, Thresholds thresholds) throws IOException {
    StudyResult result = Labels.of(whole.comparable());
    List<ArmResult> arms = result.arms();
    int replicas = arms.get(0).trainLoss().length;
    var insights = new Insights(result.diagnostics());
    List<Pair> pairs = replicas > 1 ? Pair.of(NamedArm.of("", result)) : List.of();
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("notes", whole.notes());
    values.put("isOfBatchNorm", Labels.areOfBatchNorm(List.of(result)));
    values.put("replicas", replicas);
    values.put("rows", result.settings().kind().rows());
    values.put("shownReplicas", Math.min(replicas, LossFigure.MOST_REPLICAS));
    values.put("answer", answer(result, insights, thresholds));
    values.put("hardlyLow", Numbers.exact(Answer.HARDLY_LOW));
    values.put("hardlyHigh", Numbers.exact(Answer.HARDLY_HIGH));
    values.put("interval", MedianInterval.words(replicas));
    values.put("lossFigure", Scripts.of(LossFigure.of(arms), "losses"));
    values.put("when", LossFigure.when(List.of(result.settings())));
    values.put("gaps", hasGaps(arms));
    values.put("arms", arms.stream().map(arm -> arm.arm().label()).toList());
    values.put("losses", Tables.losses(arms));
    values.put("lossPairs", Tables.lossPairs(pairs));
    values.put("epochs", Tables.epochs(arms, thresholds));
    values.put("epochPairs", Tables.epochPairs(pairs, thresholds));
    values.put("leftOut", Tables.leftOut(arms, thresholds));
    values.put("epochCharts", EpochCharts.of(arms, thresholds, result.data().isPresent()));
    values.put("sections", sections(result, insights, replicas));
    values.put("table", result.data().isPresent());
    result.data().ifPresent(data -> values.putAll(TableValues.of(result, data, pairs, thresholds)));
    values.put("settings", settings(result.settings()));
    values.put("provenance", provenance(result.provenance()));
    values.put("command", result.provenance().command());
    return Page.render("report.html", values);
  }

  static Answer answer(StudyResult result, Insights insights, Thresholds thresholds) {
    return result
        .data()
        .map(data -> TableAnswer.of(result, Metrics.told(data), thresholds))
        .orElseGet(() -> Answer.of(result, insights, thresholds));
  }

  /** The sections that not every run has. */
  private static List<Section> sections(StudyResult result, Insights insights, int replicas) {
    String points = result.settings().kind().rows();
    String after = "after training" + (replicas == 1 ? "" : ", in the first replica");
    return Stream.of(
            new Section(
                "inside",
                "Inside the network",
                inside(result.settings(), replicas, points)
                    + InsideCharts.leftOut(insights, result.settings()),
                InsideCharts.of(insights, result.settings())),
            new Section(
                "predicted",
                "Predicted against true",
                "The test "
                    + points
                    + " "
                    + after
                    + ", at most "
                    + Plain.count(OutcomeCharts.MOST_POINTS)
                    + " of them."
                    + result
                        .data()
                        .map(data -> Metrics.leftOut(data, Metrics.DRAWN_TARGETS, " Shown are"))
                        .orElse(""),
                OutcomeCharts.predictions(result.outcomes())),
            new Section(
                "learned",
                "Learned scale and shift",
                "A" + after.substring(1) + ".",
                OutcomeCharts.scaleAndShift(
                    result.outcomes(), result.settings().net().hiddenLayers())))
        .filter(section -> !section.charts().isEmpty())
        .toList();
  }

  private static String inside(Settings settings, int replicas, String points) {
    return (replicas == 1 ? "The" : "Medians over the replicas, of the")
        + " networks before the "
        + (settings.fit().batchSize().isFull() ? "" : "first ")
        + "step of the epochs that were recorded. Gradients are those of at most 1,000 training "
        + points
        + ", the smoothness of the loss that of 100, the distribution of z that of 40. Logarithmic"
        + " axes begin at epoch + 1 = 1."
        + InsideCharts.layersInWords(settings)
        + " All values are in diagnostics.csv.";
  }

  /** Whether some replica has a loss that a logarithmic axis has no place for. */
  private static boolean hasGaps(List<ArmResult> arms) {
    return losses(arms).anyMatch(loss -> !LossFigure.hasPlace(loss));
  }

  /** All losses of some arms. */
  static DoubleStream losses(List<ArmResult> arms) {
    return arms.stream()
        .flatMap(arm -> Stream.of(arm.trainLoss(), arm.testLoss()))
        .flatMap(Arrays::stream)
        .flatMapToDouble(Arrays::stream);
  }

  private static Map<String, String> settings(Settings settings) {
    var rows = new LinkedHashMap<String, String>();
    Options.all().stream()
        .filter(option -> option.isIn(settings))
        .forEach(option -> rows.put(option.label(), Numbers.setting(option, settings)));
    return rows;
  }

  private static Map<String, String> provenance(Provenance provenance) {
    Map<String, String> rows = provenance.versions().byName();
    rows.put("Operating system", provenance.operatingSystem());
    rows.put("Processor", provenance.processor());
    rows.put("Device", provenance.device());
    rows.put("Start", time(provenance.start()));
    rows.put("Duration", Numbers.significant(provenance.seconds()) + " s");
    return rows;
  }

  /** A moment to the second. */
  static String time(Instant instant) {
    return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
        .withZone(ZoneOffset.UTC)
        .format(instant);
  }
}
