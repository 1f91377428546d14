package io.github.batchnormlab.data;

import java.util.List;

/**
 * A column to be read.
 *
 * @param name as in the header
 * @param target whether it is learned
 * @param form how its cells are taken, or null if that is to be found
 * @param categories the categories or classes that another file has given it; null if there are
 *     none, or they are to be found
 */
record Wanted(String name, boolean target, Form form, List<String> categories) {

  /** How the cells of a column are taken. */
  enum Form {
    /** As numbers. */
    NUMBERS,
    /** As texts, each of which is a category. */
    CATEGORIES,
    /** As numbers, each of which is a class. */
    NUMBERED_CLASSES
  }

  Wanted as(Form found) {
    return new Wanted(name, target, found, categories);
  }

  Wanted with(List<String> found) {
    return new Wanted(name, target, form, found);
  }
}
