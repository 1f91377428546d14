package io.github.batchnormlab.report;

import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Plain;
import java.text.Bidi;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Names that come from a user's file, as pages show them: without what a screen obeys, short enough
 * for a table, and where they are written from right to left, kept from turning the sentence around
 * them. Pages escape them like any other text.
 */
final class Names {
  private static final int LONGEST = 40;

  /** On the axis of a figure that may be as small as a phone's. */
  private static final int LONGEST_ON_AXIS = 18;

  /** Of Unicode: what stands between them has a direction of its own. */
  private static final String ISOLATE = "\u2068";

  private static final String END = "\u2069";

  /** What there is one of in a study, so that it needs no target's name. */
  private static final Set<Metric.Kind> OF_CLASSES =
      Set.of(Metric.Kind.ACCURACY, Metric.Kind.CROSS_ENTROPY);

  private Names() {}

  static String of(String name) {
    return cut(name, LONGEST);
  }

  static String onAxis(String name) {
    return cut(name, LONGEST_ON_AXIS);
  }

  /** A metric, with its target where there may be several. */
  static String of(Metric metric) {
    String label = metric.kind().label();
    return OF_CLASSES.contains(metric.kind()) ? label : label + " of " + of(metric.target());
  }

  /** The first of some names as a list, and how many more there are. */
  static String list(List<String> names, int most) {
    List<String> shown = new ArrayList<>(names.stream().limit(most).map(Names::of).toList());
    if (names.size() > most) {
      shown.add(Plain.count(names.size() - (long) most) + " more");
    }
    return join(shown);
  }

  /** A list as a sentence has it. */
  static String join(List<String> names) {
    int last = names.size() - 1;
    return last < 1
        ? String.join("", names)
        : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
  }

  /** The name of a quantity inside a sentence. */
  static String inside(String name) {
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
  }

  private static String cut(String name, int longest) {
    String shown = name.isBlank() ? "(no name)" : Plain.cut(name, longest);
    return Bidi.requiresBidi(shown.toCharArray(), 0, shown.length())
        ? ISOLATE + shown + END
        : shown;
  }
}
