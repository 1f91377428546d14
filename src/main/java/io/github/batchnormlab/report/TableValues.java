package io.github.batchnormlab.report;

import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import io.github.batchnormlab.study.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the template reads only for a study of a table. */
final class TableValues {
  private TableValues() {}

  static Map<String, Object> of(
      StudyResult result, DataFacts data, List<Pair> pairs, Thresholds thresholds) {
    List<ArmResult> arms = result.arms();
    List<Metric> listed = Metrics.of(data, Metrics.LISTED_TARGETS);
    List<Metric> drawn = Metrics.of(data, Metrics.DRAWN_TARGETS);
    List<Metric> paired = Metrics.of(data, Metrics.TOLD_TARGETS);
    List<Quantity> told = Metrics.told(data);
    List<Ranking> rankings = Ranking.of(result, told, thresholds);
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("words", TableWords.of(data, result.settings()));
    values.put("data", DataSection.of(data, result.settings().kind()));
    values.put("rankingSentences", Ranking.sentences(rankings, told.get(0)));
    values.put("ranking", Ranking.table(rankings, arms.get(0).trainLoss().length));
    values.put("toldOnly", Metrics.leftOut(data, Metrics.TOLD_TARGETS, "Metrics are told here of"));
    values.put(
        "metricCharts", MetricCharts.of(arms, Metrics.shares(drawn), result.settings().kind()));
    values.put("metrics", Tables.metrics(arms, listed));
    values.put("metricPairs", Tables.metricPairs(pairs, paired));
    values.put("metricsOnly", metricsOnly(data));
    values.put("confusions", Confusion.of(result.outcomes(), data.classes()));
    values.put("pictures", PictureSection.of(result.outcomes(), data.classes()));
    values.put("isClassification", data.task() == Task.CLASSIFICATION);
    values.put("isFixedSplit", isFixedSplit(data, result.settings()));
    values.put("isEmptyFigure", HtmlReport.losses(arms).noneMatch(LossFigure::hasPlace));
    return values;
  }

  /** Whether all replicas have the same rows to train on, and the same to test. */
  private static boolean isFixedSplit(DataFacts data, Settings settings) {
    boolean areAll =
        settings.data().trainSize().count().isEmpty()
            && settings.data().testSize().count().isEmpty();
    return !data.testName().isEmpty() || settings.kind() == Settings.Kind.IMAGES && areAll;
  }

  private static String metricsOnly(DataFacts data) {
    return Metrics.leftOut(
        data,
        Metrics.TOLD_TARGETS,
        "Shown are at most "
            + Metrics.LISTED_TARGETS
            + " targets in the table, "
            + Metrics.DRAWN_TARGETS
            + " in figures, and of pairs");
  }
}
