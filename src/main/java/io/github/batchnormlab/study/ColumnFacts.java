package io.github.batchnormlab.study;

/**
 * What was found of a column that a study uses.
 *
 * @param name as in the header
 * @param isTarget whether it is learned, else it is a feature
 * @param isText whether its cells are texts, else numbers
 * @param categories how many categories or classes there are; 0 for numbers
 * @param missing how many of its cells are missing, those of rows that are left out among them
 */
public record ColumnFacts(
    String name, boolean isTarget, boolean isText, int categories, long missing) {

  /**
   * {@return its kind in words, such as {@code 3 classes}, {@code 5 categories} or {@code numbers}}
   *
   * @param task what the study learns
   */
  public String kind(Task task) {
    if (isTarget && task == Task.CLASSIFICATION) {
      return Plain.count(categories, "class", "classes");
    }
    return isText ? Plain.count(categories, "category", "categories") : "numbers";
  }
}
