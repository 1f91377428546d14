package io.github.batchnormlab.study;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Studies that differ in some settings: all combinations of their values, or a sample of them.
 *
 * @param varied the settings that vary, in the order of the user
 * @param sampleSeed what the cells were drawn by; empty if they are all combinations
 * @param cells the studies; the last setting varies fastest
 */
public record Sweep(List<Varied> varied, OptionalInt sampleSeed, List<Cell> cells) {
  /** A larger grid nobody trains, and a slip of a finger must not take all memory. */
  public static final int MOST_CELLS = 100_000;

  /** So many digits at least, so that the names of most sweeps have the same length. */
  private static final int DIGITS = 3;

  /**
   * Takes copies of the lists.
   *
   * @param varied the settings that vary, in the order of the user
   * @param sampleSeed what the cells were drawn by; empty if they are all combinations
   * @param cells the studies
   */
  public Sweep {
    varied = List.copyOf(varied);
    cells = List.copyOf(cells);
  }

  /**
   * One of the studies.
   *
   * @param name such as {@code 007}; the names sort as the cells stand
   * @param values the values of what varies, by the names of the settings, as the user wrote them
   * @param settings all settings
   */
  public record Cell(String name, Map<String, String> values, Settings settings) {
    /** {@return the folder below that of the sweep} */
    public String folder() {
      return "cells/" + name;
    }

    /** {@return what sets it apart, such as {@code learning-rate=0.01, hidden=30}} */
    public String text() {
      return values.entrySet().stream()
          .map(value -> value.getKey() + "=" + value.getValue())
          .collect(Collectors.joining(", "));
    }

    /** {@return how many epochs its networks are trained, all added up} */
    public long epochs() {
      return (long) settings.fit().epochs()
          * settings.fit().replicas()
          * settings.net().arms().size();
    }
  }

  /**
   * {@return how many combinations there are}
   *
   * @param varied the settings that vary
   * @throws SettingException if a setting is named twice, there are none, or too many combinations
   */
  public static int size(List<Varied> varied) {
    Set<String> names = new HashSet<>();
    long size = 1;
    for (Varied each : varied) {
      if (!names.add(each.name())) {
        throw new SettingException(
            Varied.option(),
            each,
            "must name each setting once, and not " + each.name() + " twice");
      }
      size *= each.values().size();
      if (size > MOST_CELLS) {
        throw new SettingException(
            Varied.option(), each, "must make no more than " + MOST_CELLS + " combinations");
      }
    }
    if (varied.isEmpty()) {
      throw new SettingException(Varied.option(), "", "must say what varies");
    }
    return (int) size;
  }

  /**
   * Makes the studies, and checks the settings of all of them.
   *
   * @param given the settings that do not vary, as for a study of its own
   * @param varied the settings that vary
   * @param chosen which of the combinations, from 0, in rising order
   * @return the sweep
   * @throws SettingException if a setting varies and is given, is none, or a value makes no study
   */
  public static Sweep of(Map<String, String> given, List<Varied> varied, int[] chosen) {
    size(varied);
    for (Varied each : varied) {
      if (given.containsKey(each.name())) {
        throw new SettingException(
            Varied.option(), each, "must not vary what --" + each.name() + " sets");
      }
    }
    int digits = Math.max(DIGITS, Integer.toString(chosen.length).length());
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < chosen.length; i++) {
      Map<String, String> values = values(varied, chosen[i]);
      Map<String, String> all = new LinkedHashMap<>(given);
      all.putAll(values);
      String name = String.format(Locale.ROOT, "%0" + digits + "d", i + 1);
      cells.add(new Cell(name, values, Settings.parse(all)));
    }
    varied.forEach(each -> checkDiffer(each, cells));
    return new Sweep(varied, OptionalInt.empty(), cells);
  }

  /**
   * {@return the same, whose cells were drawn}
   *
   * @param seed by which seed
   */
  public Sweep drawnBy(int seed) {
    return new Sweep(varied, OptionalInt.of(seed), cells);
  }

  /**
   * {@return all combinations, for {@link #of}}
   *
   * @param size how many
   */
  public static int[] all(int size) {
    return IntStream.range(0, size).toArray();
  }

  /** The values of a combination: the last setting varies fastest. */
  private static Map<String, String> values(List<Varied> varied, int combination) {
    String[] values = new String[varied.size()];
    int rest = combination;
    for (int i = values.length - 1; i >= 0; i--) {
      List<String> each = varied.get(i).values();
      values[i] = each.get(rest % each.size());
      rest /= each.size();
    }
    Map<String, String> named = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      named.put(varied.get(i).name(), values[i]);
    }
    return named;
  }

  /** Two texts may be the same value: 0.001 and 1e-3. */
  private static void checkDiffer(Varied varied, List<Cell> cells) {
    Options.Option option = Options.named(varied.name());
    Map<Object, String> texts = new HashMap<>();
    for (Cell cell : cells) {
      String text = cell.values().get(varied.name());
      String other = texts.putIfAbsent(option.in(cell.settings()), text);
      if (other != null && !other.equals(text)) {
        throw new SettingException(
            Varied.option(),
            varied,
            "must name each value once, and " + text + " is the same as " + other);
      }
    }
  }

  /** {@return the values of the settings that all cells have in common, by their names} */
  public Map<String, Object> base() {
    Map<String, Object> base = cells.get(0).settings().values();
    varied.forEach(each -> base.remove(each.name()));
    return base;
  }

  /** {@return the arms of all cells, each once, in the order in which they come} */
  public List<Arm> arms() {
    Set<Arm> arms = new LinkedHashSet<>();
    cells.forEach(cell -> arms.addAll(cell.settings().net().arms()));
    return List.copyOf(arms);
  }
}
