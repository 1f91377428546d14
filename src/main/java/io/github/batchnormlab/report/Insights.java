package io.github.batchnormlab.report;

import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.Diagnostic;
import io.github.batchnormlab.study.Diagnostic.Quantity;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The diagnostics of a study, to look up by arm, quantity and key. */
final class Insights {
  private record Place(Arm arm, Quantity quantity, String key) {}

  /** Values by place, epoch and replica. */
  private final Map<Place, NavigableMap<Integer, Map<Integer, Double>>> values = new HashMap<>();

  private final Map<Quantity, Set<String>> keys = new HashMap<>();
  private final Set<Arm> arms = new LinkedHashSet<>();

  Insights(List<Diagnostic> diagnostics) {
    for (Diagnostic d : diagnostics) {
      values
          .computeIfAbsent(new Place(d.arm(), d.quantity(), d.key()), place -> new TreeMap<>())
          .computeIfAbsent(d.epoch(), epoch -> new HashMap<>())
          .put(d.replica(), d.value());
      keys.computeIfAbsent(d.quantity(), quantity -> new LinkedHashSet<>()).add(d.key());
      arms.add(d.arm());
    }
  }

  /** The arms that were looked into, in the order of the diagnostics. */
  List<Arm> arms() {
    return List.copyOf(arms);
  }

  /** The keys of a quantity over all arms, in the order of the diagnostics. */
  List<String> keys(Quantity quantity) {
    return List.copyOf(keys.getOrDefault(quantity, Set.of()));
  }

  /** The keys of a quantity in a layer, in the order of the diagnostics. */
  List<String> keys(Quantity quantity, int layer) {
    return keys(quantity).stream().filter(key -> Diagnostic.layer(key) == layer).toList();
  }

  boolean has(Arm arm, Quantity quantity, String key) {
    return values.containsKey(new Place(arm, quantity, key));
  }

  /**
   * Medians over the replicas, epoch by epoch.
   *
   * @param epochs the epochs, ascending
   * @param values the median of the finite values, NaN where there is none
   */
  record Series(int[] epochs, double[] values) {}

  Series series(Arm arm, Quantity quantity, String key) {
    NavigableMap<Integer, Map<Integer, Double>> byEpoch = at(arm, quantity, key);
    return new Series(
        byEpoch.keySet().stream().mapToInt(epoch -> epoch).toArray(),
        byEpoch.values().stream().mapToDouble(replicas -> median(replicas.values())).toArray());
  }

  /** The last epoch that was looked at in every one of these arms, empty if there is none. */
  List<Integer> lastCommonEpoch(List<Arm> arms, Quantity quantity) {
    NavigableSet<Integer> common = null;
    for (Arm arm : arms) {
      var epochs = new TreeSet<Integer>();
      keys(quantity).forEach(key -> epochs.addAll(at(arm, quantity, key).keySet()));
      if (common == null) {
        common = epochs;
      } else {
        common.retainAll(epochs);
      }
    }
    return common == null || common.isEmpty() ? List.of() : List.of(common.last());
  }

  /** A value in one replica at one epoch, NaN if there is none. */
  double value(Arm arm, Quantity quantity, String key, int epoch, int replica) {
    return at(arm, quantity, key).getOrDefault(epoch, Map.of()).getOrDefault(replica, Double.NaN);
  }

  private NavigableMap<Integer, Map<Integer, Double>> at(Arm arm, Quantity quantity, String key) {
    return values.getOrDefault(new Place(arm, quantity, key), new TreeMap<>());
  }

  private static double median(Collection<Double> values) {
    return Quantiles.of(
        values.stream().mapToDouble(value -> value).filter(Double::isFinite).toArray(), 0.5);
  }
}
