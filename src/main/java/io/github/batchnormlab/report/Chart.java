package io.github.batchnormlab.report;

import io.github.batchnormlab.study.Arm;
import java.util.List;
import java.util.regex.Pattern;
import tech.tablesaw.plotly.components.Figure;

/**
 * Figures that belong together, side by side. The template reads the records by name.
 *
 * @param heading what they show
 * @param see one sentence that says what to see in them, true for any data
 * @param keys the legend of all panels, empty if each has its own
 * @param panels the figures
 */
record Chart(String heading, String see, List<Key> keys, List<Panel> panels) {

  /** A part of the page. */
  record Section(String id, String heading, String note, List<Chart> charts) {}

  /** The colours of the arms, for a legend. */
  static List<Key> keys(List<Arm> arms) {
    return arms.stream().map(arm -> new Key(arm.label(), arm.colour(), false)).toList();
  }

  /** An entry of the legend. */
  record Key(String label, String colour, boolean dashed) {}

  /**
   * One figure.
   *
   * @param id its element on the page
   * @param title what tells it from the others, empty if it is alone
   * @param script what draws it
   */
  record Panel(String id, String title, String script) {
    static Panel of(String id, String title, Figure figure) {
      // Tablesaw makes a variable's name of it, and a parameter of a user's may be called anything.
      String element =
          Pattern.compile("\\W")
              .matcher(id.replace('-', '_'))
              .replaceAll(other -> "_" + (int) other.group().charAt(0));
      return new Panel(element, title, Scripts.of(figure, element));
    }
  }
}
