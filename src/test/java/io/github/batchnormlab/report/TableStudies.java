package io.github.batchnormlab.report;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.ColumnFacts;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Outcome;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import io.github.batchnormlab.study.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Made-up studies of tables for the tests, nothing trained. */
final class TableStudies {
  static final String SUM = "5526618f6a5be883ba69f597f88c7faeb2f82307777cdc135ac14c884b32c9e9";

  private static final List<Metric> ONE_TARGET = Metric.of(Task.REGRESSION, List.of("price"));

  private TableStudies() {}

  /** What was found of a table with two features. */
  static DataFacts facts(Task task, List<String> targets, List<String> classes) {
    List<ColumnFacts> columns = new ArrayList<>();
    columns.add(new ColumnFacts("rooms", false, false, 0, 0));
    columns.add(new ColumnFacts("colour", false, true, 4, 2));
    targets.forEach(name -> columns.add(new ColumnFacts(name, true, false, classes.size(), 0)));
    return new DataFacts(
        "houses.csv", "", List.of(SUM), task, 80, 20, 3, columns, 5, classes, List.of());
  }

  static Settings settings(int replicas, int epochs, List<? extends Arm> arms) {
    return Settings.parse(
        Map.of(
            "data", "houses.csv",
            "target", "price",
            "missing", "drop",
            "activation", "relu",
            "batch-size", "16",
            "replicas", "" + replicas,
            "epochs", "" + epochs,
            "arms", String.join(",", arms.stream().map(Arm::text).toList())));
  }

  static StudyResult of(DataFacts facts, List<Outcome> outcomes, ArmResult... arms) {
    List<Arm> known = Arrays.stream(arms).map(ArmResult::arm).toList();
    int replicas = arms[0].trainLoss().length;
    int epochs = arms[0].trainLoss()[0].length;
    StudyResult any = Studies.of(1, Arms.NONE);
    return new StudyResult(
        settings(replicas, epochs, known),
        List.of(arms),
        List.of(),
        outcomes,
        any.provenance(),
        Optional.of(facts));
  }

  /** A regression of one target. */
  static StudyResult regression(ArmResult... arms) {
    return of(facts(Task.REGRESSION, List.of("price"), List.of()), List.of(), arms);
  }

  /**
   * An arm whose losses fall from 8 to {@code last}, halving the way at the epoch {@code at}, with
   * R² one less a tenth of the last loss.
   */
  static ArmResult arm(Arm arm, int at, double... last) {
    double[][] losses =
        DoubleStream.of(last)
            .mapToObj(
                loss ->
                    IntStream.range(0, 20)
                        .mapToDouble(
                            epoch -> epoch == 0 ? 8 : epoch == 19 ? loss : epoch < at ? 7 : 2)
                        .toArray())
            .toArray(double[][]::new);
    return arm(arm, losses);
  }

  /** An arm with these losses, R² one less a tenth of them and RMSE three times them. */
  static ArmResult arm(Arm arm, double[][] losses) {
    Map<Metric, double[][]> metrics = new LinkedHashMap<>();
    metrics.put(ONE_TARGET.get(0), each(losses, loss -> 1 - loss / 10));
    metrics.put(ONE_TARGET.get(1), each(losses, loss -> 3 * loss));
    int[] epochs = Arrays.stream(losses).mapToInt(replica -> replica.length).toArray();
    return new ArmResult(arm, losses, losses, epochs, 1, metrics);
  }

  private static double[][] each(double[][] values, DoubleUnaryOperator change) {
    return Arrays.stream(values)
        .map(row -> Arrays.stream(row).map(change).toArray())
        .toArray(double[][]::new);
  }

  /** A study like a true one, with everything that a report can show. */
  static StudyResult realistic(DataFacts facts, int replicas, int epochs, Arm... arms) {
    StudyResult points = Studies.replicas(replicas, epochs, arms);
    List<ArmResult> results = new ArrayList<>();
    List<Outcome> outcomes = new ArrayList<>();
    for (ArmResult arm : points.arms()) {
      Map<Metric, double[][]> metrics = new LinkedHashMap<>();
      facts
          .metrics()
          .forEach(
              metric ->
                  metrics.put(
                      metric,
                      each(
                          arm.testLoss(),
                          loss -> metric.kind().largerIsBetter() ? 1 / (1 + loss) : loss)));
      results.add(
          new ArmResult(
              arm.arm(), arm.trainLoss(), arm.testLoss(), arm.epochs(), arm.seconds(), metrics));
      outcomes.add(outcome(facts, arm.arm()));
    }
    return new StudyResult(
        settings(replicas, epochs, List.of(arms)),
        results,
        points.diagnostics(),
        outcomes,
        points.provenance(),
        Optional.of(facts));
  }

  private static Outcome outcome(DataFacts facts, Arm arm) {
    var random = new Random(7);
    int classes = facts.classes().size();
    double[][] values =
        classes > 0
            ? new double[0][]
            : IntStream.range(0, 50)
                .mapToObj(row -> random.doubles(facts.targets().size()).toArray())
                .toArray(double[][]::new);
    int[][] confusion =
        IntStream.range(0, classes)
            .mapToObj(i -> random.ints(classes, 0, 9).toArray())
            .toArray(int[][]::new);
    return new Outcome(
        arm, 0, facts.targets(), values, values, confusion, new double[0], new double[0]);
  }

  static List<String> names(String stem, int count) {
    return IntStream.range(0, count).mapToObj(i -> stem + i).toList();
  }
}
