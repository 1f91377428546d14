package io.github.batchnormlab.study;

import java.util.ArrayList;
import java.util.List;

/**
 * What was found of the table that a study learns from.
 *
 * @param name the file's name
 * @param testName the name of the file with the test rows, or empty if they are from the same
 * @param sums the SHA-256 of the files, as hexadecimal digits
 * @param task what is learned
 * @param trainRows training rows of each replica
 * @param testRows test rows of each replica
 * @param droppedRows rows that were left out, as a value is missing in them
 * @param columns the columns in use, features first
 * @param inputs how many features the network has, with one for each category
 * @param classes the classes in the order of their outputs; empty for regression
 * @param warnings what the user should know, in sentences
 */
public record DataFacts(
    String name,
    String testName,
    List<String> sums,
    Task task,
    int trainRows,
    int testRows,
    long droppedRows,
    List<ColumnFacts> columns,
    int inputs,
    List<String> classes,
    List<String> warnings) {
  /**
   * Takes copies.
   *
   * @param name the file's name
   * @param testName the name of the file with the test rows, or empty if they are from the same
   * @param sums the SHA-256 of the files, as hexadecimal digits
   * @param task what is learned
   * @param trainRows training rows of each replica
   * @param testRows test rows of each replica
   * @param droppedRows rows that were left out, as a value is missing in them
   * @param columns the columns in use, features first
   * @param inputs how many features the network has, with one for each category
   * @param classes the classes in the order of their outputs; empty for regression
   * @param warnings what the user should know, in sentences
   */
  public DataFacts {
    sums = List.copyOf(sums);
    columns = List.copyOf(columns);
    classes = List.copyOf(classes);
    warnings = List.copyOf(warnings);
  }

  /**
   * {@return the same with more warnings}
   *
   * @param more the other warnings
   */
  public DataFacts with(List<String> more) {
    List<String> all = new ArrayList<>(warnings);
    all.addAll(more);
    return new DataFacts(
        name,
        testName,
        sums,
        task,
        trainRows,
        testRows,
        droppedRows,
        columns,
        inputs,
        classes,
        all);
  }

  /** {@return the columns that are learned} */
  public List<String> targets() {
    return columns.stream().filter(ColumnFacts::isTarget).map(ColumnFacts::name).toList();
  }

  /** {@return the columns that features are made of} */
  public List<ColumnFacts> features() {
    return columns.stream().filter(column -> !column.isTarget()).toList();
  }

  /** {@return what each epoch of a network is measured by, on the test rows} */
  public List<Metric> metrics() {
    return Metric.of(task, targets());
  }
}
