package io.github.batchnormlab.data;

import io.github.batchnormlab.study.ImageSize;
import io.github.batchnormlab.study.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@link Preprocessing} as a map for JSON. A reader of JSON may make any kind of number of a
 * number, so all are taken.
 *
 * <pre>
 * standardized: true
 * columns: [{name, fill, mean, deviation},
 *           {name, fill, categories, unseen, means, deviations}, ...] or
 *          [{name, channels, height, width}]
 * targets: [{name, mean, deviation}, ...] or [{name, classes, numbered}]
 * </pre>
 *
 * What nothing stands in for has no {@code fill}.
 */
final class PreprocessingMap {
  /** Larger images no file has, and a number in one must not take all memory. */
  private static final int MOST_PIXELS = 1 << 24;

  private PreprocessingMap() {}

  static Map<String, Object> write(Preprocessing preprocessing) {
    Scaling scaling = preprocessing.scaling();
    List<Object> columns = new ArrayList<>();
    int at = 0;
    for (FeatureColumn column : preprocessing.columns()) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("name", column.name());
      if (column instanceof FeatureColumn.Categories text) {
        putIfThere(map, "fill", text.fill());
        map.put("categories", text.categories());
        map.put("unseen", text.unseen());
        map.put("means", list(scaling.means(), at, column.width()));
        map.put("deviations", list(scaling.deviations(), at, column.width()));
      } else if (column instanceof FeatureColumn.Image image) {
        map.put("channels", image.size().channels());
        map.put("height", image.size().height());
        map.put("width", image.size().width());
      } else if (column instanceof FeatureColumn.Numbers numbers) {
        putIfThere(map, "fill", numbers.fill());
        map.put("mean", scaling.means()[at]);
        map.put("deviation", scaling.deviations()[at]);
      }
      columns.add(map);
      at += column.width();
    }
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("standardized", preprocessing.isStandardized());
    map.put("columns", columns);
    map.put("targets", targets(preprocessing));
    return map;
  }

  private static List<Object> targets(Preprocessing preprocessing) {
    TargetColumns targets = preprocessing.targetColumns();
    List<Object> maps = new ArrayList<>();
    for (int i = 0; i < targets.names().size(); i++) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("name", targets.names().get(i));
      if (targets.task() == Task.CLASSIFICATION) {
        map.put("classes", targets.classes());
        map.put("numbered", targets.numbered());
      } else {
        map.put("mean", preprocessing.targetScaling().means()[i]);
        map.put("deviation", preprocessing.targetScaling().deviations()[i]);
      }
      maps.add(map);
    }
    return maps;
  }

  private static void putIfThere(Map<String, Object> map, String key, Object value) {
    if (value != null) {
      map.put(key, value);
    }
  }

  private static List<Double> list(double[] values, int from, int count) {
    List<Double> list = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      list.add(values[i]);
    }
    return list;
  }

  static Preprocessing read(Map<String, ?> map) {
    List<FeatureColumn> columns = new ArrayList<>();
    List<Double> means = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    for (Object column : list(map, "columns", Object.class)) {
      columns.add(column(map(column), means, deviations));
    }
    List<String> targets = new ArrayList<>();
    List<String> classes = List.of();
    boolean numbered = false;
    List<Double> targetMeans = new ArrayList<>();
    List<Double> targetDeviations = new ArrayList<>();
    List<Object> targetMaps = list(map, "targets", Object.class);
    for (Object target : targetMaps) {
      Map<?, ?> one = map(target);
      targets.add(get(one, "name", String.class));
      if (one.containsKey("classes")) {
        classes = list(one, "classes", String.class);
        numbered = get(one, "numbered", Boolean.class);
        check(targetMaps.size() == 1 && !classes.isEmpty(), "classes");
      }
      boolean hasClasses = !classes.isEmpty();
      targetMeans.add(hasClasses ? 0 : number(get(one, "mean", Number.class), "mean"));
      targetDeviations.add(hasClasses ? 1 : deviation(get(one, "deviation", Number.class)));
    }
    check(!columns.isEmpty(), "columns");
    check(
        columns.size() == 1 || columns.stream().noneMatch(FeatureColumn.Image.class::isInstance),
        "columns");
    check(!targets.isEmpty(), "targets");
    checkDiffer(classes, "classes");
    List<String> names = new ArrayList<>(targets);
    columns.forEach(column -> names.add(column.name()));
    checkDiffer(names, "name");
    return new Preprocessing(
        columns,
        new Scaling(array(means), array(deviations)),
        new TargetColumns(targets, classes, numbered),
        new Scaling(array(targetMeans), array(targetDeviations)),
        get(map, "standardized", Boolean.class));
  }

  private static FeatureColumn column(Map<?, ?> map, List<Double> means, List<Double> deviations) {
    String name = get(map, "name", String.class);
    if (map.containsKey("channels")) {
      FeatureColumn.Image image = new FeatureColumn.Image(name, imageSize(map));
      means.addAll(Collections.nCopies(image.width(), 0.0));
      deviations.addAll(Collections.nCopies(image.width(), (double) Images.WHITE));
      return image;
    }
    if (!map.containsKey("categories")) {
      means.add(number(get(map, "mean", Number.class), "mean"));
      deviations.add(deviation(get(map, "deviation", Number.class)));
      return new FeatureColumn.Numbers(
          name, map.containsKey("fill") ? number(get(map, "fill", Number.class), "fill") : null);
    }
    List<String> categories = list(map, "categories", String.class);
    List<String> unseen = list(map, "unseen", String.class);
    String fill = map.containsKey("fill") ? get(map, "fill", String.class) : null;
    List<Number> ownMeans = list(map, "means", Number.class);
    List<Number> ownDeviations = list(map, "deviations", Number.class);
    checkDiffer(categories, "categories");
    check(fill == null || categories.contains(fill), "fill");
    check(new HashSet<>(categories).containsAll(unseen), "unseen");
    check(ownMeans.size() == categories.size() && !categories.isEmpty(), "means");
    check(ownDeviations.size() == categories.size(), "deviations");
    ownMeans.forEach(mean -> means.add(number(mean, "means")));
    ownDeviations.forEach(deviation -> deviations.add(deviation(deviation)));
    return new FeatureColumn.Categories(name, categories, unseen, fill);
  }

  private static ImageSize imageSize(Map<?, ?> map) {
    int[] size = new int[3];
    double values = 1;
    for (int i = 0; i < size.length; i++) {
      String key = List.of("channels", "height", "width").get(i);
      size[i] = get(map, key, Number.class).intValue();
      values *= size[i];
      check(size[i] >= 1 && values <= MOST_PIXELS, key);
    }
    return new ImageSize(size[0], size[1], size[2]);
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double number(Number number, String key) {
    check(Double.isFinite(number.doubleValue()), key);
    return number.doubleValue();
  }

  private static double deviation(Number number) {
    check(number.doubleValue() > 0, "deviation");
    return number(number, "deviation");
  }

  private static Map<?, ?> map(Object value) {
    check(value instanceof Map, "columns or targets");
    return (Map<?, ?>) value;
  }

  private static <T> T get(Map<?, ?> map, String key, Class<T> type) {
    check(type.isInstance(map.get(key)), key);
    return type.cast(map.get(key));
  }

  private static <T> List<T> list(Map<?, ?> map, String key, Class<T> type) {
    List<T> list = new ArrayList<>();
    for (Object value : get(map, key, List.class)) {
      check(type.isInstance(value), key);
      list.add(type.cast(value));
    }
    return list;
  }

  private static void checkDiffer(List<String> names, String key) {
    check(new HashSet<>(names).size() == names.size(), key);
  }

  private static void check(boolean holds, String key) {
    if (!holds) {
      throw new IllegalArgumentException("The preprocessing has no right '" + key + "'");
    }
  }
}
