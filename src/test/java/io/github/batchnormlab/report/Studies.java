package io.github.batchnormlab.report;

import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Provenance;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Made-up studies for the tests: falling losses with spikes, nothing trained. */
final class Studies {
  private Studies() {}

  static StudyResult of(int epochs, Arm... arms) {
    return of("mvn compile exec:java -Dbn.epochs=" + epochs, "cpu", epochs, arms);
  }

  static StudyResult of(String command, String device, int epochs, Arm... arms) {
    var settings = Settings.builder().optEpochs(epochs).optArms(arms).build();
    var results =
        IntStream.range(0, arms.length)
            .mapToObj(
                i ->
                    result(
                        arms[i],
                        falling(epochs, 2.0 * i),
                        falling(epochs, 2.0 * i + 1),
                        0.002 * epochs))
            .toList();
    return new StudyResult(settings, results, List.of(), List.of(), provenance(command, device));
  }

  static StudyResult of(ArmResult... results) {
    var arms = List.of(results).stream().map(ArmResult::arm).toList();
    int epochs = results[0].trainLoss()[0].length;
    var settings = Settings.builder().optEpochs(epochs).optArms(arms).build();
    return new StudyResult(
        settings,
        List.of(results),
        List.of(),
        List.of(),
        provenance("mvn compile exec:java", "cpu"));
  }

  static ArmResult result(Arm arm, double[] train, double[] test, double seconds) {
    return new ArmResult(arm, new double[][] {train}, new double[][] {test}, seconds);
  }

  private static Provenance provenance(String command, String device) {
    return new Provenance(
        "0.1.0",
        "0.35.1",
        "2.7.1",
        "17.0.15",
        "Linux 6.1 amd64",
        "Some processor, 2 cores",
        device,
        2,
        command,
        Instant.parse("2026-11-23T09:14:05Z"),
        54.2);
  }

  /** Losses that need all 17 digits, so that the size of a report is as in a true study. */
  private static double[] falling(int epochs, double level) {
    var random = new Random((long) level);
    return IntStream.range(0, epochs)
        .mapToDouble(
            epoch -> {
              double spike = random.nextInt(50) == 0 ? 2 : 1 + 0.01 * random.nextDouble();
              return (1 + level) * spike * (500 * Math.exp(-epoch / 40.0) + 5.0 / (1 + epoch));
            })
        .toArray();
  }
}
