package io.github.batchnormlab.data;

import io.github.batchnormlab.data.Cell.Kind;
import io.github.batchnormlab.study.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Prepares a file's rows while a pass goes over it. */
final class RowPass implements CellListener {
  private final TableFile file;
  private final Preprocessing preprocessing;
  private final RowListener listener;
  private final Encoder encoder;
  private final Cell cell = new Cell();

  /** For each feature column the place of each of its texts, or null. */
  private final List<Map<String, Integer>> codes = new ArrayList<>();

  private final Map<String, Integer> classes;
  private final Map<String, Unknown> unknown = new LinkedHashMap<>();

  /** For each column of the file its place: features from 0 on, targets behind, others -1. */
  private int[] places;

  private String[] texts;
  private final double[] features;
  private double[] targets;

  /** What was not known in a column. */
  private static final class Unknown {
    final boolean isClass;
    final Set<String> names = new TreeSet<>(CategoryFiller::byCodePoint);
    long rows;

    Unknown(boolean isClass) {
      this.isClass = isClass;
    }
  }

  RowPass(TableFile file, Preprocessing preprocessing, RowListener listener) {
    this.file = file;
    this.preprocessing = preprocessing;
    this.listener = listener;
    encoder = new Encoder(preprocessing.columns());
    features = new double[encoder.width()];
    for (FeatureColumn column : preprocessing.columns()) {
      codes.add(
          column instanceof FeatureColumn.Categories text ? indices(text.categories()) : null);
    }
    classes = indices(preprocessing.classes());
  }

  private static Map<String, Integer> indices(List<String> texts) {
    Map<String, Integer> indices = new HashMap<>();
    texts.forEach(text -> indices.put(text, indices.size()));
    return indices;
  }

  @Override
  public void header(List<String> names) throws TableException {
    Map<String, Integer> byName = new HashMap<>();
    Set<String> there = new HashSet<>(names);
    for (FeatureColumn column : preprocessing.columns()) {
      if (!there.contains(column.name())) {
        throw TableException.of(
            file.path(), "lacks the column " + Shown.quoted(column.name()) + ", a feature");
      }
      byName.put(column.name(), byName.size());
    }
    boolean hasTargets = there.containsAll(preprocessing.targets());
    if (hasTargets) {
      preprocessing.targets().forEach(target -> byName.put(target, byName.size()));
    }
    targets = new double[hasTargets ? preprocessing.targets().size() : 0];
    places = names.stream().mapToInt(name -> byName.getOrDefault(name, -1)).toArray();
    texts = new String[names.size()];
    listener.header(names, hasTargets);
  }

  @Override
  public void cell(int column, long line, char[] chars, int from, int length, boolean quoted)
      throws TableException {
    Kind kind = cell.read(chars, from, length, quoted);
    texts[column] = cell.text();
    int place = places[column];
    if (place >= codes.size()) {
      targets[place - codes.size()] = target(place - codes.size(), line, kind);
    } else if (place >= 0) {
      feature(place, line, kind, texts[column]);
    }
  }

  private void feature(int place, long line, Kind kind, String text) throws TableException {
    FeatureColumn column = preprocessing.columns().get(place);
    if (column instanceof FeatureColumn.Numbers numbers) {
      if (kind == Kind.TEXT || kind == Kind.MISSING && numbers.fill() == null) {
        throw unreadable(line, column.name(), kind);
      }
      double value = kind == Kind.NUMBER ? cell.number() : Double.NaN;
      encoder.putNumber(place, value, features, 0);
    } else if (column instanceof FeatureColumn.Categories categories) {
      if (kind == Kind.MISSING && categories.fill() == null) {
        throw unreadable(line, column.name(), kind);
      }
      int code = Column.Categories.MISSING;
      if (kind != Kind.MISSING) {
        Integer known = codes.get(place).get(text);
        code = known == null ? Column.Categories.UNKNOWN : known;
        if (!encoder.knows(place, code)) {
          unknown(column.name(), text, false);
        }
      }
      encoder.putCategory(place, code, features, 0);
    }
  }

  private double target(int target, long line, Kind kind) throws TableException {
    if (kind == Kind.MISSING) {
      return Double.NaN;
    }
    TargetColumns columns = preprocessing.targetColumns();
    String name = columns.names().get(target);
    boolean numbers = columns.task() == Task.REGRESSION || columns.numbered();
    if (numbers && kind == Kind.TEXT) {
      throw unreadable(line, name, kind);
    }
    if (columns.task() == Task.REGRESSION) {
      return cell.number();
    }
    String text = numbers ? CategoryFiller.ofNumber(cell.number()) : cell.text();
    Integer index = classes.get(text);
    if (index == null) {
      unknown(name, text, true);
      return Double.NaN;
    }
    return index;
  }

  private TableException unreadable(long line, String column, Kind kind) {
    String text = cell.text();
    String what =
        kind == Kind.TEXT
            ? Shown.quoted(text) + " is no number, as the training data have here"
            : text.isBlank()
                ? "the value is missing"
                : "the value is missing (" + Shown.quoted(text) + ")";
    return TableException.at(file.path(), line, column, what);
  }

  private void unknown(String column, String text, boolean isClass) {
    Unknown seen = unknown.computeIfAbsent(column, name -> new Unknown(isClass));
    seen.rows++;
    if (seen.names.size() <= Shown.MOST_NAMES) {
      seen.names.add(text);
    }
  }

  @Override
  public void endOfRow(long line) throws TableException {
    preprocessing.scaling().apply(features);
    int wrong = preprocessing.scaling().firstNotFinite(features);
    if (wrong >= 0) {
      String column = preprocessing.columnOf(wrong);
      throw TableException.at(file.path(), line, column, "the number " + Preprocessing.TOO_LARGE);
    }
    listener.row(Arrays.asList(texts.clone()), features, targets);
  }

  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    unknown.forEach(
        (column, seen) ->
            warnings.add(
                Doubts.lacking(
                    file,
                    column,
                    seen.isClass ? "class" : "category",
                    seen.rows,
                    List.copyOf(seen.names))));
    return warnings;
  }
}
