package io.github.batchnormlab.data;

import io.github.batchnormlab.study.ImageSize;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** How a column of a file becomes features. */
public sealed interface FeatureColumn {
  /** {@return as in the header} */
  String name();

  /**
   * {@return the names of the features that it becomes, in order} They need not differ from
   * others'.
   */
  List<String> features();

  /** {@return how many features those are} */
  int width();

  /**
   * A column of numbers, which is one feature of the same name.
   *
   * @param fill stands in for a missing number; null where missing values are refused
   */
  record Numbers(String name, Double fill) implements FeatureColumn {
    @Override
    public List<String> features() {
      return List.of(name);
    }

    @Override
    public int width() {
      return 1;
    }
  }

  /**
   * An image, whose pixels are the features, channel by channel and row by row. No table has such a
   * column.
   *
   * @param size its shape
   */
  record Image(String name, ImageSize size) implements FeatureColumn {
    @Override
    public List<String> features() {
      int area = size.height() * size.width();
      return IntStream.range(0, size.values())
          .mapToObj(
              i ->
                  name
                      + "["
                      + i / area
                      + ","
                      + i % area / size.width()
                      + ","
                      + i % size.width()
                      + "]")
          .toList();
    }

    @Override
    public int width() {
      return size.values();
    }
  }

  /**
   * A column of text, which becomes a feature for each category: 1 in the rows that have it, else
   * 0. It is named as column and category, such as {@code colour=red}.
   *
   * @param categories sorted by code point: all of the file, so that every replica has the same
   *     features
   * @param unseen those of them that are in no training row. No network has learned of them, so
   *     their features are 0 in every row.
   * @param fill stands in for a missing category; null where missing values are refused
   */
  record Categories(String name, List<String> categories, List<String> unseen, String fill)
      implements FeatureColumn {
    /**
     * Takes copies.
     *
     * @param categories sorted by code point: all of the file, so that every replica has the same
     *     features
     * @param unseen those of them that are in no training row. No network has learned of them, so
     *     their features are 0 in every row.
     * @param fill stands in for a missing category; null where missing values are refused
     * @param name as in the header
     */
    public Categories {
      categories = List.copyOf(categories);
      unseen = List.copyOf(unseen);
    }

    @Override
    public List<String> features() {
      return categories.stream().map(category -> name + "=" + category).toList();
    }

    @Override
    public int width() {
      return categories.size();
    }

    /** For each category its place among the features, or -1 if it is in no training row. */
    int[] places() {
      Set<String> without = new HashSet<>(unseen);
      return IntStream.range(0, categories.size())
          .map(i -> without.contains(categories.get(i)) ? -1 : i)
          .toArray();
    }
  }
}
