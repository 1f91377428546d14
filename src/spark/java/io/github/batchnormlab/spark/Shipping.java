package io.github.batchnormlab.spark;

import io.github.batchnormlab.run.ClusterException;
import io.github.batchnormlab.run.TrainingJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkFiles;
import org.apache.spark.api.java.JavaSparkContext;

/** Takes the files of a table to the workers, each file once to each of their processes. */
final class Shipping implements AutoCloseable {
  /** The settings that name files. */
  private static final List<String> SETTINGS = List.of("data", "test-data");

  private final JavaSparkContext spark;
  private final Set<String> shipped = new HashSet<>();
  private final List<Path> links = new ArrayList<>();

  /** Holds a link to each file, or is null as long as there is none. */
  private Path folder;

  Shipping(JavaSparkContext spark) {
    this.spark = spark;
  }

  /**
   * Ships the files of a job, if it has a table and other processes do it.
   *
   * @return the names by which the workers know them, by the names of the settings
   */
  synchronized Map<String, String> of(TrainingJob job) throws ClusterException {
    Map<String, String> names = new LinkedHashMap<>();
    if (spark.isLocal()) {
      return names;
    }
    for (int i = 0; i < job.sums().size(); i++) {
      Path file = Path.of(job.settings().get(SETTINGS.get(i)));
      // Spark knows a file by its name; that of another table may be the same.
      String name = job.sums().get(i) + "-" + file.getFileName();
      if (shipped.add(name)) {
        ship(file, name);
      }
      names.put(SETTINGS.get(i), name);
    }
    return names;
  }

  private void ship(Path file, String name) throws ClusterException {
    try {
      if (folder == null) {
        folder = Files.createTempDirectory("tables");
      }
      Path link = Files.createSymbolicLink(folder.resolve(name), file.toAbsolutePath());
      links.add(link);
      spark.addFile(link.toUri().toString());
    } catch (IOException | UnsupportedOperationException e) {
      throw new ClusterException(file + " cannot be sent to the workers (" + e + ").");
    }
  }

  /** Where a worker has put them; called on it. */
  static Map<String, String> paths(Map<String, String> names) {
    Map<String, String> paths = new LinkedHashMap<>();
    names.forEach((setting, name) -> paths.put(setting, SparkFiles.get(name)));
    return paths;
  }

  @Override
  public void close() {
    try {
      for (Path link : links) {
        Files.deleteIfExists(link);
      }
      if (folder != null) {
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      // What stays are links in the folder of temporary files.
    }
  }
}
