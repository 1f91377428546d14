package io.github.batchnormlab.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.batchnormlab.TableCase;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Studies of tables against PyTorch's losses and scikit-learn's metrics, from file to result. */
class TableAgreementTest {
  private static final List<String> SETTINGS =
      List.of("activation", "init", "batch-size", "learning-rate", "epochs", "seed", "standardize");

  /** What rounding may do in these cases, as {@code cases.json} says of each, is at most 1e-11. */
  private static final double LARGEST = 1e-10;

  static Stream<TableCase> cases() {
    return TableCase.all().stream();
  }

  private static Settings settings(TableCase of, String arms) {
    Map<String, String> texts = new HashMap<>();
    SETTINGS.forEach(name -> texts.put(name, of.text(name)));
    texts.put("data", "src/test/resources/data/" + of.text("data"));
    texts.put("target", String.join(",", of.targets()));
    texts.put(
        "hidden",
        of.numbers("hidden").stream().map(Object::toString).collect(Collectors.joining(",")));
    texts.put("arms", arms);
    texts.put("threads", "1"); // Arrays this small are slower on several.
    return Settings.parse(texts);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossesAndMetricsAreThoseOfPython(TableCase of) throws Exception {
    StudyResult result = Study.run(settings(of, of.text("arm")));
    assertIsPythons(of, result.arms().get(0));
  }

  /** What is computed step by step is the same. */
  @ParameterizedTest
  @MethodSource("cases")
  void plainBatchNormIsTheSame(TableCase of) throws Exception {
    if (of.text("arm").equals("batch-norm")) {
      assertIsPythons(of, Study.run(settings(of, "batch-norm-plain")).arms().get(0));
    }
  }

  private static void assertIsPythons(TableCase of, ArmResult arm) {
    assertAgree("train loss", of.column("train_loss"), arm.trainLoss()[0]);
    assertAgree("test loss", of.column("test_loss"), arm.testLoss()[0]);
    assertEquals(of.targets().size() * 2, arm.metrics().size());
    arm.metrics()
        .forEach(
            (metric, values) -> assertAgree(metric.toString(), of.column(name(metric)), values[0]));
  }

  private static String name(Metric metric) {
    String name = "test_" + metric.kind().id();
    return switch (metric.kind()) {
      case R2, RMSE -> name + "_" + metric.target();
      default -> name;
    };
  }

  /** Of a value near 0, such as an R² there, one part of the largest is as good as it gets. */
  private static void assertAgree(String what, double[] expected, double[] found) {
    assertEquals(expected.length, found.length);
    for (int epoch = 0; epoch < expected.length; epoch++) {
      double scale = what.contains("R2") ? Math.max(1, Math.abs(expected[epoch])) : expected[epoch];
      assertEquals(0, (found[epoch] - expected[epoch]) / scale, LARGEST, what + " of " + epoch);
    }
  }
}
