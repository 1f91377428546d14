package io.github.batchnormlab.data;

import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.ImageSize;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Task;
import java.util.Optional;

/** Where the rows of a study come from. Closing it frees what was read. */
public interface Source extends AutoCloseable {

  /**
   * Opens what the settings name: a table or images, which are read, or the article's points.
   *
   * @param settings the settings
   * @return the source
   * @throws TableException if there is no table, or it makes no study
   */
  static Source open(Settings settings) throws TableException {
    return switch (settings.kind()) {
      case POINTS -> new PointSource(settings);
      case TABLE -> {
        TableSource table = TableSource.read(settings);
        yield settings.machine().blocks() ? table.inBlocks() : table;
      }
      case IMAGES -> ImageSource.read(settings);
    };
  }

  /** {@return what is learned} */
  Task task();

  /** {@return how many features a row has} */
  int inputs();

  /** {@return the shape of the image that a row is; empty if it is none} */
  default Optional<ImageSize> image() {
    return Optional.empty();
  }

  /** {@return how many outputs a network needs} */
  int outputs();

  /** {@return how many training rows each replica has} */
  int trainRows();

  /** {@return how many test rows each replica has} */
  int testRows();

  /** {@return what was found of the table; empty for points} */
  Optional<DataFacts> facts();

  /**
   * Draws or prepares the rows of a replica.
   *
   * @param seed the replica's
   * @return the rows
   * @throws TableException if the replica's rows cannot be prepared
   */
  Prepared rows(int seed) throws TableException;

  @Override
  void close();
}
