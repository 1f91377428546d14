package io.github.batchnormlab.run;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Reads {@code metrics.csv}, whose rows must stand as {@link RunFolder#writeMetrics} writes them.
 */
final class MetricsReader {
  private final Path file;
  private final Settings settings;
  private final List<Metric> metrics;
  private final boolean isRegression;

  /** The metrics of a row. */
  private final int columns;

  /** The cells before them. */
  private final int heads;

  private long expected;
  private long read;

  MetricsReader(Path file, Settings settings, DataFacts data) {
    this.file = file;
    this.settings = settings;
    metrics = data.metrics();
    isRegression = data.task() == Task.REGRESSION;
    columns = isRegression ? 2 : metrics.size();
    heads = isRegression ? 4 : 3;
  }

  /**
   * Reads all.
   *
   * @param epochs how many epochs each arm's replicas have
   */
  Map<Arm, Map<Metric, double[][]>> read(Map<Arm, int[]> epochs) throws RunException {
    expected =
        epochs.values().stream().flatMapToInt(Arrays::stream).asLongStream().sum()
            * (metrics.size() / columns);
    Map<Arm, Map<Metric, double[][]>> found = new HashMap<>();
    try (CsvReader<CsvRecord> lines =
        CsvReader.builder().allowUnclosedQuote(false).ofCsvRecord(file)) {
      Iterator<CsvRecord> rows = lines.iterator();
      String head = isRegression ? Texts.REGRESSION : Texts.CLASSIFICATION;
      if (!rows.hasNext() || !String.join(",", rows.next().getFields()).equals(head)) {
        throw new RunException(file, "does not begin with '" + head + "'");
      }
      for (Arm arm : settings.net().arms()) {
        found.put(arm, read(arm, epochs.get(arm), rows));
      }
      while (rows.hasNext()) { // Only counted.
        rows.next();
        read++;
      }
      if (read != expected) {
        throw wrongCount();
      }
    } catch (CsvParseException | UncheckedIOException e) {
      throw new RunException(file, "is no CSV file in UTF-8");
    } catch (IOException e) {
      throw RunReader.unreadable(file, e);
    }
    return found;
  }

  private Map<Metric, double[][]> read(Arm arm, int[] epochs, Iterator<CsvRecord> rows)
      throws RunException {
    List<double[][]> values = new ArrayList<>();
    Map<Metric, double[][]> ofArm = new LinkedHashMap<>();
    for (Metric metric : metrics) {
      double[][] unknown = new double[epochs.length][settings.fit().epochs()];
      Stream.of(unknown).forEach(replica -> Arrays.fill(replica, Double.NaN));
      values.add(unknown);
      ofArm.put(metric, unknown);
    }
    for (int replica = 0; replica < epochs.length; replica++) {
      for (int epoch = 0; epoch < epochs[replica]; epoch++) {
        for (int first = 0; first < metrics.size(); first += columns) {
          if (!rows.hasNext()) {
            throw wrongCount();
          }
          CsvRecord row = rows.next();
          read++;
          take(row, arm, replica, epoch, first, values);
        }
      }
    }
    return ofArm;
  }

  private RunException wrongCount() {
    return new RunException(file, "has " + read + " of " + expected + " rows");
  }

  private void take(
      CsvRecord row, Arm arm, int replica, int epoch, int first, List<double[][]> values)
      throws RunException {
    List<String> cells = row.getFields();
    boolean isNext =
        cells.size() == heads + columns
            && cells.get(0).equals(arm.id())
            && cells.get(1).equals(Integer.toString(replica))
            && cells.get(2).equals(Integer.toString(epoch))
            && (!isRegression || cells.get(3).equals(Texts.safe(metrics.get(first).target())));
    try {
      if (!isNext) {
        throw new IllegalArgumentException("the row is not the next");
      }
      for (int i = 0; i < columns; i++) {
        values.get(first + i)[replica][epoch] = Double.parseDouble(cells.get(heads + i));
      }
    } catch (IllegalArgumentException e) {
      throw RunReader.badLine(file, row.getStartingLineNumber(), String.join(",", cells));
    }
  }
}
