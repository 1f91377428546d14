package io.github.batchnormlab.notebook;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.batchnormlab.notebook.Notebook.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a notebook that was executed anew differs from the one that is kept. Numbers may differ by
 * rounding, 1e-10 of themselves or of 1, in text and in the data of figures. Left out are what no
 * two runs have in common: times, such as {@code 12.3 ms}, the ids of objects, such as {@code
 * Object@1b2c3d}, and absolute paths; and the dots of images, which depend on the fonts.
 */
final class Differences {
  private static final double ROUNDING = 1e-10;

  private static final Pattern TIME = Pattern.compile("\\d[\\d,.]*(?:e-?\\d+)?(?= (?:µs|ms|s)\\b)");
  private static final Pattern ID = Pattern.compile("(?<=\\w)@[0-9a-f]{4,8}\\b");
  private static final Pattern PATH =
      Pattern.compile("(?<![\\w.])(?:[A-Z]:)?(?:[/\\\\][\\w.+~-]+){2,}");
  private static final Pattern NUMBER = Pattern.compile("[-+]?\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?");

  private final List<String> found = new ArrayList<>();

  private Differences() {}

  /**
   * {@return the differences, each in a sentence that names the cell}
   *
   * @param kept the notebook that is kept
   * @param fresh the same, executed anew
   */
  static List<String> of(Notebook kept, Notebook fresh) {
    var differences = new Differences();
    differences.compare(kept, fresh);
    return differences.found;
  }

  private void compare(Notebook kept, Notebook fresh) {
    if (kept.cells().size() != fresh.cells().size()) {
      found.add(
          "The notebook has "
              + kept.cells().size()
              + " cells, its source "
              + fresh.cells().size()
              + ".");
      return;
    }
    for (int i = 0; i < kept.cells().size(); i++) {
      Cell one = kept.cells().get(i);
      Cell other = fresh.cells().get(i);
      String place = "Cell " + (i + 1);
      if (one.isCode() != other.isCode() || !one.source().equals(other.source())) {
        found.add(place + " is not that of the source.");
      } else if (one.outputs().size() != other.outputs().size()) {
        found.add(
            place
                + " has "
                + one.outputs().size()
                + " outputs, now "
                + other.outputs().size()
                + ".");
      } else {
        for (int k = 0; k < one.outputs().size(); k++) {
          compare(place, one.outputs().get(k), other.outputs().get(k));
        }
      }
    }
  }

  private void compare(String place, JsonObject kept, JsonObject fresh) {
    if (kept.has("text") && fresh.has("text")) {
      compareTexts(place, Notebook.text(kept.get("text")), Notebook.text(fresh.get("text")));
    } else if (kept.has("data") && fresh.has("data")) {
      compareValues(place, kept.get("data"), fresh.get("data"));
    } else {
      found.add(place + " has outputs of another kind.");
    }
  }

  private void compareValues(String place, JsonElement kept, JsonElement fresh) {
    if (kept.isJsonObject() && fresh.isJsonObject()) {
      JsonObject one = kept.getAsJsonObject();
      JsonObject other = fresh.getAsJsonObject();
      if (!one.keySet().equals(other.keySet())) {
        found.add(place + " has " + one.keySet() + ", now " + other.keySet() + ".");
        return;
      }
      one.keySet().stream()
          .filter(name -> !name.equals(Outputs.PNG))
          .forEach(name -> compareValues(place, one.get(name), other.get(name)));
    } else if (kept.isJsonArray() && fresh.isJsonArray()) {
      JsonArray one = kept.getAsJsonArray();
      JsonArray other = fresh.getAsJsonArray();
      if (one.size() != other.size()) {
        found.add(place + " has " + one.size() + " values, now " + other.size() + ".");
        return;
      }
      for (int i = 0; i < one.size(); i++) {
        compareValues(place, one.get(i), other.get(i));
      }
    } else if (kept.isJsonPrimitive() && fresh.isJsonPrimitive()) {
      compareTexts(place, kept.getAsString(), fresh.getAsString());
    } else if (!kept.equals(fresh)) {
      found.add(place + " has " + kept + ", now " + fresh + ".");
    }
  }

  private void compareTexts(String place, String kept, String fresh) {
    difference(common(kept), common(fresh)).ifPresent(text -> found.add(place + text));
  }

  /** What two runs have in common; how wide a column is depends on its numbers. */
  private static String common(String text) {
    String timeless = TIME.matcher(text).replaceAll("(a time)");
    String nameless = ID.matcher(timeless).replaceAll("@(an id)");
    return PATH.matcher(nameless).replaceAll("(a path)").replaceAll("[ \\t]+", " ");
  }

  private static Optional<String> difference(String kept, String fresh) {
    Matcher one = NUMBER.matcher(kept);
    Matcher other = NUMBER.matcher(fresh);
    int oneEnd = 0;
    int otherEnd = 0;
    while (one.find()) {
      if (!other.find()) {
        return words(kept, fresh);
      }
      if (!kept.substring(oneEnd, one.start()).equals(fresh.substring(otherEnd, other.start()))) {
        return words(kept, fresh);
      }
      if (!isSame(Double.parseDouble(one.group()), Double.parseDouble(other.group()))) {
        return Optional.of(" has " + one.group() + ", now " + other.group() + ".");
      }
      oneEnd = one.end();
      otherEnd = other.end();
    }
    return kept.substring(oneEnd).equals(fresh.substring(otherEnd))
        ? Optional.empty()
        : words(kept, fresh);
  }

  private static Optional<String> words(String kept, String fresh) {
    return Optional.of(" says\n" + kept.strip() + "\nnow\n" + fresh.strip());
  }

  private static boolean isSame(double kept, double fresh) {
    return Math.abs(kept - fresh)
        <= ROUNDING * Math.max(1, Math.max(Math.abs(kept), Math.abs(fresh)));
  }
}
