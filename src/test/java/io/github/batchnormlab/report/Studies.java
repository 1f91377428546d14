package io.github.batchnormlab.report;

import io.github.batchnormlab.model.Arms;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Outcome;
import io.github.batchnormlab.study.Provenance;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import io.github.batchnormlab.study.Versions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
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
    var settings = Settings.defaults().with("epochs", epochs).with("arms", List.of(arms));
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
    var settings =
        Settings.defaults()
            .with("epochs", epochs)
            .with("replicas", results[0].trainLoss().length)
            .with("arms", arms);
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

  /**
   * Replicas that look like those of a true study: with batch norm the loss falls 1.6 times as fast
   * and to less, with spikes late; everything is recorded inside.
   */
  static StudyResult replicas(int replicas, int epochs, Arm... arms) {
    var settings =
        Settings.defaults()
            .with("epochs", epochs)
            .with("replicas", replicas)
            .with("arms", List.of(arms));
    var results = new ArrayList<ArmResult>();
    var outcomes = new ArrayList<Outcome>();
    for (Arm arm : arms) {
      double[][] train = new double[replicas][];
      double[][] test = new double[replicas][];
      for (int replica = 0; replica < replicas; replica++) {
        train[replica] = realistic(arm, replica, epochs, 1);
        test[replica] = realistic(arm, replica, epochs, 1.3);
      }
      results.add(new ArmResult(arm, train, test, 0.004 * epochs * replicas));
      outcomes.add(outcome(arm));
    }
    return new StudyResult(
        settings,
        results,
        Diagnostics.of(replicas, epochs, arms),
        outcomes,
        provenance("mvn compile exec:java -Dbn.replicas=" + replicas, "cpu"));
  }

  /** The same result, as if its run had begun at another seed. */
  static StudyResult from(int seed, StudyResult result) {
    var old = result.settings();
    var settings = old.with("seed", seed);
    return new StudyResult(
        settings, result.arms(), result.diagnostics(), result.outcomes(), result.provenance());
  }

  private static double[] realistic(Arm arm, int replica, int epochs, double level) {
    var random = new Random(31L * ((Arms) arm).ordinal() + replica);
    double speed = (arm == Arms.NONE ? 1 : 1.6) * (1 + 0.05 * random.nextGaussian());
    return IntStream.range(0, epochs)
        .mapToDouble(
            epoch -> {
              double t = speed * epoch;
              double spike =
                  t > 6_000 && random.nextInt(200) == 0 ? 1 + 2 * random.nextDouble() : 1;
              double noise = Math.exp(0.02 * random.nextGaussian());
              double loss =
                  470 * Math.exp(-t / 110) + 9 * Math.exp(-t / 800) + 30 * level / (40 + t);
              return (t > 3_000 ? spike * noise : 1) * level * loss / (1 + t * t / 3e7);
            })
        .toArray();
  }

  private static Outcome outcome(Arm arm) {
    var random = new Random(5);
    double error = arm == Arms.NONE ? 0.06 : 0.03;
    double[][] targets = new double[300][];
    double[][] predictions = new double[300][];
    for (int point = 0; point < targets.length; point++) {
      double r = 2 * random.nextDouble() - 1;
      double g = 2 * random.nextDouble() - 1;
      double b = 2 * random.nextDouble() - 1;
      targets[point] =
          new double[] {r + 2 * g + 3 * b, r * r + 2 * g * g + 3 * b * b, -3 * r - 4 * g - 5 * b};
      predictions[point] =
          Arrays.stream(targets[point]).map(x -> x + error * random.nextGaussian()).toArray();
    }
    int hidden = arm == Arms.NONE ? 0 : 300;
    return new Outcome(
        arm,
        0,
        List.of("x", "y", "lv"),
        targets,
        predictions,
        random.doubles(hidden, 0.2, 1.1).toArray(),
        random.doubles(hidden, -0.6, 0.6).toArray());
  }

  private static Provenance provenance(String command, String device) {
    return new Provenance(
        new Versions("0.1.0", "0.35.1", "2.7.1", "17.0.15"),
        "Linux 6.1 amd64",
        "Some processor, 2 cores",
        device,
        2,
        command,
        Instant.parse("2026-11-23T09:14:05Z"),
        54.2,
        List.of());
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
