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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Prepares a file's rows while a pass goes over it. */
final class RowPass implements CellListener {
  private final TableFile file;
  private final Preprocessing preprocessing;
  private final RowListener listener;
  private final RowFeatures features;
  private final Cell cell = new Cell();
  private final Map<String, Integer> classes;
  private final Map<String, Unknown> unknown = new LinkedHashMap<>();

  /** For each column of the file its place: features from 0 on, targets behind, others -1. */
  private int[] places;

  private String[] texts;
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
    features = new RowFeatures(preprocessing);
    classes = RowFeatures.indices(preprocessing.classes());
  }

  @Override
  public void header(List<String> names, List<String> cells) throws TableException {
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
    listener.header(names, cells, hasTargets);
  }

  @Override
  public void cell(int column, long line, char[] chars, int from, int length, boolean quoted)
      throws TableException {
    Kind kind = cell.read(chars, from, length, quoted);
    texts[column] = cell.inFile();
    int place = places[column];
    int first = preprocessing.columns().size();
    if (place >= first) {
      targets[place - first] = target(place - first, line, kind);
    } else if (place >= 0) {
      feature(place, line, kind);
    }
  }

  private void feature(int place, long line, Kind kind) throws TableException {
    String column = preprocessing.columns().get(place).name();
    Optional<String> fault = features.put(place, cell, kind);
    if (fault.isPresent()) {
      throw TableException.at(file.path(), line, column, fault.get());
    }
    if (kind != Kind.MISSING && features.lacks(place, cell)) {
      unknown(column, cell.text(), false);
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
      throw TableException.at(file.path(), line, name, RowFeatures.fault(cell, kind));
    }
    if (columns.task() == Task.REGRESSION) {
      return cell.number();
    }
    String text = numbers ? CategoryFiller.ofNumber(cell.number()) : cell.text();
    Integer index = classes.get(text);
    if (index == null) {
      unknown(name, text, true);
      return RowListener.UNKNOWN_CLASS;
    }
    return index;
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
    Optional<String> tooLarge = features.scale();
    if (tooLarge.isPresent()) {
      throw TableException.at(
          file.path(), line, tooLarge.get(), "the number " + Preprocessing.TOO_LARGE);
    }
    listener.row(Arrays.asList(texts.clone()), features.values(), targets);
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
                    "row",
                    seen.rows,
                    List.copyOf(seen.names))));
    return warnings;
  }
}
