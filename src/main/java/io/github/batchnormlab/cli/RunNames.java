package io.github.batchnormlab.cli;

import io.github.batchnormlab.study.SettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * What runs are called that are compared: by their folders, and as many above as tell them apart.
 */
final class RunNames {
  private RunNames() {}

  /**
   * The names, in the order of the runs.
   *
   * @param runs folders that are there
   * @throws SettingException if two are the same folder
   */
  static List<String> of(List<Path> runs) throws IOException {
    for (int i = 0; i < runs.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (Files.isSameFile(runs.get(i), runs.get(j))) {
          throw SettingException.ofArgument("RUN", runs.get(i), "must name each run once");
        }
      }
    }
    List<Path> paths = runs.stream().map(run -> run.toAbsolutePath().normalize()).toList();
    List<Integer> lengths = new ArrayList<>(Collections.nCopies(runs.size(), 1));
    while (true) {
      List<String> names = new ArrayList<>();
      for (int i = 0; i < paths.size(); i++) {
        names.add(end(paths.get(i), lengths.get(i)));
      }
      boolean hasGrown = false;
      for (int i = 0; i < paths.size(); i++) {
        boolean isTold = Collections.frequency(names, names.get(i)) == 1;
        if (!isTold && lengths.get(i) < paths.get(i).getNameCount()) {
          lengths.set(i, lengths.get(i) + 1);
          hasGrown = true;
        }
      }
      if (!hasGrown) {
        return names;
      }
    }
  }

  /** The last names of a path, or the path itself if it has none. */
  private static String end(Path path, int length) {
    int count = path.getNameCount();
    return count == 0
        ? path.toString()
        : StreamSupport.stream(path.subpath(count - length, count).spliterator(), false)
            .map(Path::toString)
            .collect(Collectors.joining("/"));
  }
}
