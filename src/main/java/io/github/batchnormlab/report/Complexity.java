package io.github.batchnormlab.report;

import io.github.batchnormlab.report.Answer.Statement;
import io.github.batchnormlab.report.Answer.Verdict;
import io.github.batchnormlab.study.Activation;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Diagnostic.Quantity;
import io.github.batchnormlab.study.Plain;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Whether a network's complexity hardly changes, as the article says.
 *
 * <p>The article's measure is the range of the parameters, batch norm folded in. It is taken layer
 * by layer: one range over all parameters would be that of the layer which hardly leaves its start,
 * whatever became of the others. Beside it stands a measure of the function itself, the norm of the
 * Jacobian of the outputs with respect to the inputs, averaged over test points: a network may have
 * weights of any size and compute the same, and a constant one has none.
 *
 * <p>The statement is confirmed only if every measure hardly changes, and refuted as soon as one
 * certainly does.
 */
final class Complexity {
  private static final String CLAIM =
      "The network’s complexity, the range of its weights, hardly changes.";

  private static final String QUESTION =
      "Does the network’s complexity, the range of its weights, hardly change?";

  private static final String JACOBIAN = "the norm of the Jacobian";

  private final Insights insights;
  private final Arm with;
  private final Arm without;
  private final int replicas;

  private Complexity(Insights insights, Arm with, Arm without, int replicas) {
    this.insights = insights;
    this.with = with;
    this.without = without;
    this.replicas = replicas;
  }

  static Statement of(Insights insights, Arm with, Arm without, int replicas) {
    return new Complexity(insights, with, without, replicas).statement();
  }

  private Statement statement() {
    List<Integer> epoch = insights.lastCommonEpoch(List.of(with, without), Quantity.WEIGHT_MAX);
    if (epoch.isEmpty()) {
      return statement(Verdict.UNDECIDED, List.of("The weights were not recorded in this run."));
    }
    Map<String, Comparison> measures = measures(epoch.get(0));
    var sentences = new ArrayList<String>();
    sentences.add(
        "Before the step of epoch "
            + Plain.count(epoch.get(0))
            + ", "
            + with.label()
            + " against "
            + without.label()
            + ": the ranges of the effective parameters of each layer, the largest less the smallest,"
            + " normalization folded in; and how steep the function is.");
    if (replicas == 1) {
      String all = list("", measures, List.copyOf(measures.keySet()));
      sentences.add(all.substring(0, 1).toUpperCase(Locale.ROOT) + all.substring(1));
    } else {
      for (Verdict verdict : List.of(Verdict.REFUTED, Verdict.CONFIRMED, Verdict.UNDECIDED)) {
        List<String> names =
            measures.keySet().stream()
                .filter(name -> Answer.hardly(measures.get(name)) == verdict)
                .toList();
        if (!names.isEmpty()) {
          sentences.add(list(word(verdict) + ": ", measures, names));
        }
      }
    }
    sentences.add("That is at this epoch, where the losses of the two are not the same.");
    return statement(verdict(measures), sentences);
  }

  private Statement statement(Verdict verdict, List<String> sentences) {
    return Statement.of(CLAIM, QUESTION, replicas, verdict, sentences);
  }

  private static String word(Verdict verdict) {
    return switch (verdict) {
      case REFUTED -> "Changed";
      case CONFIRMED -> "Hardly changed";
      default -> "Undecided whether it changed by more than hardly";
    };
  }

  private static Verdict verdict(Map<String, Comparison> measures) {
    List<Verdict> each = measures.values().stream().map(Answer::hardly).toList();
    if (each.contains(Verdict.REFUTED)) {
      return Verdict.REFUTED;
    }
    return each.contains(Verdict.UNDECIDED) ? Verdict.UNDECIDED : Verdict.CONFIRMED;
  }

  private static String list(String head, Map<String, Comparison> measures, List<String> names) {
    return head
        + String.join(
            "; ",
            names.stream()
                .map(
                    name -> {
                      Comparison comparison = measures.get(name);
                      return name
                          + " "
                          + comparison.estimate().text(Numbers::estimate)
                          + " times"
                          + comparison.intervalText(false);
                    })
                .toList())
        + ".";
  }

  /** The measures that both networks have, by their names. */
  private Map<String, Comparison> measures(int epoch) {
    var measures = new LinkedHashMap<String, Comparison>();
    for (String key : insights.keys(Quantity.WEIGHT_MAX)) {
      if (insights.has(with, Quantity.WEIGHT_MAX, key)
          && insights.has(without, Quantity.WEIGHT_MAX, key)) {
        measures.put(
            "the " + InsideCharts.name(key, Activation.TANH),
            Comparison.ratio(ranges(with, key, epoch), ranges(without, key, epoch)));
      }
    }
    if (insights.has(with, Quantity.JACOBIAN_NORM, "")
        && insights.has(without, Quantity.JACOBIAN_NORM, "")) {
      measures.put(JACOBIAN, Comparison.ratio(slopes(with, epoch), slopes(without, epoch)));
    }
    return measures;
  }

  private List<Bounded> ranges(Arm arm, String key, int epoch) {
    return each(
        replica ->
            insights.value(arm, Quantity.WEIGHT_MAX, key, epoch, replica)
                - insights.value(arm, Quantity.WEIGHT_MIN, key, epoch, replica));
  }

  private List<Bounded> slopes(Arm arm, int epoch) {
    return each(replica -> insights.value(arm, Quantity.JACOBIAN_NORM, "", epoch, replica));
  }

  private List<Bounded> each(IntToDoubleFunction value) {
    return IntStream.range(0, replicas)
        .mapToObj(
            replica -> {
              double found = value.applyAsDouble(replica);
              return Double.isFinite(found) ? Bounded.exactly(found) : Bounded.NOT_AVAILABLE;
            })
        .toList();
  }
}
