package io.github.batchnormlab.report;

import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Settings;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import tech.tablesaw.plotly.components.Axis;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.traces.ScatterTrace.Mode;
import tech.tablesaw.plotly.traces.Trace;

/**
 * The loss curves: with one replica its own, with more the median, the band from the 10th to the
 * 90th percentile, and each replica on request.
 */
final class LossFigure {

  /** Finer than any screen, so that zooming in shows something. */
  static final int BINS = 2_000;

  /** The medians of all arms together: with two arms each is still as fine as a screen. */
  private static final int BINS_OF_MEDIANS = 4_000;

  /** The bands of all arms together. */
  private static final int BINS_OF_BANDS = 1_200;

  /** All single replicas together: what keeps a report of many of them small. */
  private static final int BINS_OF_REPLICAS = 16_000;

  /** More replicas than this would be a smear and not curves. */
  static final int MOST_REPLICAS = 64;

  private LossFigure() {}

  /** Whether the logarithmic axis has a place for a loss. */
  static boolean hasPlace(double loss) {
    return loss > 0 && Double.isFinite(loss);
  }

  /** When in an epoch the losses of some runs are taken. */
  static String when(List<Settings> runs) {
    long full = runs.stream().filter(run -> run.fit().batchSize().isFull()).count();
    if (full == runs.size()) {
      return "Solid: training loss, before each epoch’s step. Dashed: test loss, after it.";
    }
    return "Solid: training loss, "
        + (full > 0 ? "before each epoch’s step, or with batches " : "")
        + "the mean over the "
        + runs.get(0).kind().rows()
        + " as they were trained, while the weights changed during the epoch. Dashed: test loss,"
        + " after the epoch.";
  }

  static Figure of(List<ArmResult> arms) {
    boolean single = arms.get(0).trainLoss().length == 1;
    return single
        ? figure(Curve.of(arms, 0, BINS), List.of())
        : figure(Curve.medians(arms, binsOfMedian(arms.size())), behind(arms));
  }

  /** How finely each median is kept, so that the figure does not grow with the number of arms. */
  static int binsOfMedian(int arms) {
    return BINS_OF_MEDIANS / (2 * Math.max(2, arms));
  }

  /**
   * @param behind what is drawn under the curves
   */
  static Figure figure(List<Curve> curves, List<Trace> behind) {
    var epochs = Plots.axis("epoch", Axis.Type.LINEAR, Plots.COUNT);
    if (!curves.stream().allMatch(Curve::hasFewPoints)) {
      // To the number of epochs, mostly round, and not to the last epoch, which is one less.
      int end = curves.stream().mapToInt(Curve::lastEpoch).max().orElse(0) + 1;
      epochs.range(0, end);
    }
    var traces = new ArrayList<>(behind);
    curves.stream().map(LossFigure::trace).forEach(traces::add);
    return Plots.figure(
        epochs.build(), Plots.axis("loss", Axis.Type.LOG, Plots.NUMBER).build(), true, traces);
  }

  private static List<Trace> behind(List<ArmResult> arms) {
    int bandBins = BINS_OF_BANDS / (2 * Math.max(2, arms.size()));
    var bands = new ArrayList<Trace>();
    var replicas = new ArrayList<Trace>();
    for (ArmResult arm : arms) {
      String label = arm.arm().label();
      String colour = arm.arm().colour();
      bands.add(band("10th to 90th percentile, train " + label, colour, arm.trainLoss(), bandBins));
      bands.add(band("10th to 90th percentile, test " + label, colour, arm.testLoss(), bandBins));
      int curves = 2 * arms.size() * Math.min(MOST_REPLICAS, arm.trainLoss().length);
      int bins = Math.max(40, Math.min(400, BINS_OF_REPLICAS / curves));
      replicas.add(
          replicas("single replicas, train " + label, colour, false, arm.trainLoss(), bins));
      replicas.add(replicas("single replicas, test " + label, colour, true, arm.testLoss(), bins));
    }
    bands.addAll(replicas);
    return bands;
  }

  private static Trace band(String name, String colour, double[][] losses, int bins) {
    double[] low = Plots.positive(Curve.overReplicas(losses, 0.1));
    double[] high = Plots.positive(Curve.overReplicas(losses, 0.9));
    // The spikes of both edges, at the same epochs.
    int[] epochs =
        IntStream.concat(
                Arrays.stream(Thinning.keep(low, bins)), Arrays.stream(Thinning.keep(high, bins)))
            .distinct()
            .sorted()
            .toArray();
    return Plots.band(
        name,
        colour,
        0.14,
        new Plots.Band(Plots.doubles(epochs), at(low, epochs), at(high, epochs)));
  }

  private static double[] at(double[] values, int[] epochs) {
    return Arrays.stream(epochs).mapToDouble(epoch -> values[epoch]).toArray();
  }

  private static Trace replicas(
      String name, String colour, boolean dashed, double[][] losses, int bins) {
    List<Plots.Points> lines =
        Arrays.stream(losses)
            .limit(MOST_REPLICAS)
            .map(replica -> Curve.of(name, colour, dashed, replica, bins))
            .map(curve -> new Plots.Points(Plots.doubles(curve.epochs()), short3(curve.losses())))
            .toList();
    return Plots.onRequest(name, colour, dashed, Plots.Points.join(lines));
  }

  /** Three digits: enough for a thin line, and the file stays small. */
  private static double[] short3(double[] losses) {
    return Arrays.stream(losses)
        .map(
            loss ->
                Double.isNaN(loss)
                    ? loss
                    : new BigDecimal(loss).round(new MathContext(3)).doubleValue())
        .toArray();
  }

  private static Trace trace(Curve curve) {
    return Plots.scatter(curve.name(), curve.points())
        .mode(curve.hasFewPoints() ? Mode.LINE_AND_MARKERS : Mode.LINE)
        .line(Plots.line(curve.colour(), curve.dashed(), curve.dashed() ? 1.75 : 2))
        .build();
  }
}
