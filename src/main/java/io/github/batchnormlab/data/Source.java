package io.github.batchnormlab.data;

import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Task;
import java.util.Optional;

/** Where the rows of a study come from. Closing it frees what was read. */
public interface Source extends AutoCloseable {

  /**
   * Opens what the settings name: a table, which is read, or the article's points.
   *
   * @throws TableException if there is no table, or it makes no study
   */
  static Source open(Settings settings) throws TableException {
    return settings.hasTable() ? TableSource.read(settings) : new PointSource(settings);
  }

  /** What is learned. */
  Task task();

  /** How many features a row has. */
  int inputs();

  /** How many outputs a network needs. */
  int outputs();

  /** How many training rows each replica has. */
  int trainRows();

  /** How many test rows each replica has. */
  int testRows();

  /** What was found of the table; empty for points. */
  Optional<DataFacts> facts();

  /**
   * Draws or prepares the rows of a replica.
   *
   * @param seed the replica's
   * @throws TableException if the replica's rows cannot be prepared
   */
  Prepared rows(int seed) throws TableException;

  @Override
  void close();
}
