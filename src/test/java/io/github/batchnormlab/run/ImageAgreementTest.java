package io.github.batchnormlab.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.batchnormlab.ImageCase;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Metric;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses on real images are those of PyTorch. */
@EnabledIf("io.github.batchnormlab.ImageCase#hasImages")
class ImageAgreementTest {
  /** What rounding may do in these cases, as the file says of each, is at most 1e-10. */
  private static final double LARGEST = 1e-9;

  static List<ImageCase> cases() {
    return ImageCase.all();
  }

  static Stream<ImageCase> batchNorm() {
    return cases().stream().filter(of -> of.text("arm").equals("batch-norm"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossesAndAccuracyAreThoseOfPython(ImageCase of) throws Exception {
    assertIsPythons(of, Study.run(of.settings(of.text("arm"))).arms().get(0));
  }

  /** What is computed step by step is the same. */
  @ParameterizedTest
  @MethodSource("batchNorm")
  void plainBatchNormIsTheSame(ImageCase of) throws Exception {
    assertIsPythons(of, Study.run(of.settings("batch-norm-plain")).arms().get(0));
  }

  private static void assertIsPythons(ImageCase of, ArmResult arm) {
    assertAgree("train loss", of.numbers("train_loss"), arm.trainLoss()[0]);
    assertAgree("test loss", of.numbers("test_loss"), arm.testLoss()[0]);
    Metric accuracy = new Metric(Metric.Kind.ACCURACY, "label");
    assertArrayEquals(of.numbers("accuracy"), arm.metrics().get(accuracy)[0], 1e-12);
  }

  private static void assertAgree(String what, double[] expected, double[] found) {
    assertEquals(expected.length, found.length);
    for (int epoch = 0; epoch < expected.length; epoch++) {
      assertEquals(0, found[epoch] / expected[epoch] - 1, LARGEST, what + " of " + epoch);
    }
  }
}
