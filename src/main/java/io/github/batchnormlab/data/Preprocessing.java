package io.github.batchnormlab.data;

import io.github.batchnormlab.study.ImageSize;
import io.github.batchnormlab.study.Task;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a file's columns become what a network takes and what it is to give: missing values are
 * filled in, categories become zeros and a one, features and the targets of a regression are
 * standardized, classes become indices. It is fitted to the training rows of one replica, and can
 * be kept as JSON.
 */
public final class Preprocessing {
  /** Said of a number whose standardized value is not finite. */
  static final String TOO_LARGE = "is too large for the training rows' mean and deviation";

  private final List<FeatureColumn> columns;
  private final List<String> features;
  private final Scaling scaling;
  private final TargetColumns targets;
  private final Scaling targetScaling;
  private final boolean standardized;

  Preprocessing(
      List<FeatureColumn> columns,
      Scaling scaling,
      TargetColumns targets,
      Scaling targetScaling,
      boolean standardized) {
    this.columns = List.copyOf(columns);
    this.features = columns.stream().flatMap(column -> column.features().stream()).toList();
    this.scaling = scaling;
    this.targets = targets;
    this.targetScaling = targetScaling;
    this.standardized = standardized;
  }

  /**
   * {@return one that takes numbers as they are}
   *
   * @param features the columns to read
   * @param targets the numbers to learn
   */
  public static Preprocessing none(List<String> features, List<String> targets) {
    return new Preprocessing(
        features.stream().<FeatureColumn>map(n -> new FeatureColumn.Numbers(n, null)).toList(),
        Scaling.none(features.size()),
        new TargetColumns(targets, List.of(), false),
        Scaling.none(targets.size()),
        false);
  }

  /**
   * {@return one that takes pixels from 0 to 255 and makes them 0 to 1}
   *
   * @param size the shape of an image
   * @param label the name of what is learned
   * @param classes its values
   */
  static Preprocessing ofImages(ImageSize size, String label, List<String> classes) {
    double[] white = new double[size.values()];
    Arrays.fill(white, Images.WHITE);
    return new Preprocessing(
        List.of(new FeatureColumn.Image("image", size)),
        new Scaling(new double[size.values()], white),
        new TargetColumns(List.of(label), classes, true),
        Scaling.none(1),
        true);
  }

  /** {@return the shape of the image that a row is; empty if it is none} */
  public Optional<ImageSize> image() {
    return columns.get(0) instanceof FeatureColumn.Image image
        ? Optional.of(image.size())
        : Optional.empty();
  }

  /**
   * Reads what {@link #toMap} made.
   *
   * @param map what {@link #toMap} made
   * @return the preprocessing
   * @throws IllegalArgumentException if it is not that; the message says what is wrong
   */
  public static Preprocessing of(Map<String, ?> map) {
    return PreprocessingMap.read(map);
  }

  /**
   * {@return all of it as numbers, strings, truth values, lists and maps, which JSON can hold
   * without a loss}
   */
  public Map<String, Object> toMap() {
    return PreprocessingMap.write(this);
  }

  /** {@return what is learned} */
  public Task task() {
    return targets.task();
  }

  /** {@return the columns that features are made of, in their order} */
  public List<FeatureColumn> columns() {
    return columns;
  }

  /** {@return the names of the features, in the order of a network's inputs} */
  public List<String> features() {
    return features;
  }

  /** {@return the names of the columns that are learned} */
  public List<String> targets() {
    return targets.names();
  }

  /** {@return the classes in the order of their indices; empty for regression} */
  public List<String> classes() {
    return targets.classes();
  }

  /** {@return how many outputs a network needs: one for each target, or for each class} */
  public int outputs() {
    return task() == Task.REGRESSION ? targets().size() : classes().size();
  }

  /** {@return whether features, and the targets of a regression, are standardized} */
  public boolean isStandardized() {
    return standardized;
  }

  /** {@return what is taken from each feature; 0 if they are not standardized} */
  public double[] means() {
    return scaling.means().clone();
  }

  /** {@return what each feature is then divided by; 1 if they are not standardized} */
  public double[] deviations() {
    return scaling.deviations().clone();
  }

  /** {@return the same for each target} */
  public double[] targetMeans() {
    return targetScaling.means().clone();
  }

  /** {@return the same for each target} */
  public double[] targetDeviations() {
    return targetScaling.deviations().clone();
  }

  /**
   * Brings targets or predictions of a regression back to the units of the file.
   *
   * @param values row by row
   * @return new values
   */
  public double[] inOriginalUnits(double[] values) {
    double[] original = values.clone();
    targetScaling.invert(original);
    return original;
  }

  /**
   * Prepares a row.
   *
   * @param cells its cells by column; those that are not there are missing
   * @return the features, in the order of a network's inputs
   * @throws IllegalArgumentException if a cell cannot be taken as that column was in training, or a
   *     value is missing that nothing stands in for; the message names the column
   */
  public double[] features(Map<String, String> cells) {
    RowFeatures row = new RowFeatures(this);
    Cell cell = new Cell();
    for (int i = 0; i < columns.size(); i++) {
      FeatureColumn column = columns.get(i);
      String text = cells.getOrDefault(column.name(), "");
      // A category is taken as it stands, as one in quotes is in a file.
      boolean isText = column instanceof FeatureColumn.Categories;
      Cell.Kind kind = cell.read(text.toCharArray(), 0, text.length(), isText);
      refuse(column.name(), row.put(i, cell, kind));
    }
    row.scale().ifPresent(column -> refuse(column, Optional.of("the number " + TOO_LARGE)));
    return row.values();
  }

  private static void refuse(String column, Optional<String> fault) {
    fault.ifPresent(
        what -> {
          throw new IllegalArgumentException("Column " + Shown.quoted(column) + ": " + what);
        });
  }

  /**
   * Reads a file's rows one by one, in constant memory. Columns are found by their names and may
   * stand in any order; others are handed on as they are.
   *
   * @param file where the rows are
   * @param listener gets the rows
   * @return warnings: categories or classes that are not among those of the training rows
   * @throws TableException if it is no table, a column is not there, a cell cannot be taken as that
   *     column was in training, or a value is missing that nothing stands in for
   */
  public List<String> read(TableFile file, RowListener listener) throws TableException {
    RowPass pass = new RowPass(file, this, listener);
    CsvPass.over(file, pass);
    return pass.warnings();
  }

  /** Prepares some rows of a table whose columns are this one's. */
  Table table(RawTable raw, int[] rows) throws TableException {
    double[] x = new Encoder(columns).features(raw.features(), rows);
    scaling.apply(x);
    double[] y = targets.values(raw.targets(), rows);
    targetScaling.apply(y);
    int wrongFeature = scaling.firstNotFinite(x);
    int wrongTarget = targetScaling.firstNotFinite(y);
    if (wrongFeature >= 0 || wrongTarget >= 0) {
      String column = wrongFeature >= 0 ? columnOf(wrongFeature) : targets.names().get(wrongTarget);
      throw TableException.of(raw.file().path(), column, "a number in it " + TOO_LARGE);
    }
    return new Table(features, targets.names(), x, y);
  }

  /** The name of the column that a feature is made of. */
  String columnOf(int feature) {
    int left = feature;
    for (FeatureColumn column : columns) {
      if (left < column.width()) {
        return column.name();
      }
      left -= column.width();
    }
    throw new IndexOutOfBoundsException("There is no feature " + feature);
  }

  TargetColumns targetColumns() {
    return targets;
  }

  Scaling scaling() {
    return scaling;
  }

  Scaling targetScaling() {
    return targetScaling;
  }
}
