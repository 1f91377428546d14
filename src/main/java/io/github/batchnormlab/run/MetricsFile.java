package io.github.batchnormlab.run;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
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
 * {@code metrics.csv}: what the test rows say after each epoch, by arm, replica and epoch, of a
 * regression in a row for each target.
 */
final class MetricsFile {
  private static final String REGRESSION = "arm,replica,epoch,target,r2,rmse";
  private static final String CLASSIFICATION = "arm,replica,epoch,accuracy,cross_entropy";

  private final Path file;
  private final List<Metric> metrics;
  private final boolean isRegression;

  /** The metrics of a row. */
  private final int columns;

  /** The cells before them. */
  private final int heads;

  private long expected;
  private long read;

  /**
   * @param run the folder of the run
   */
  MetricsFile(Path run, DataFacts data) {
    file = run.resolve("metrics.csv");
    metrics = data.metrics();
    isRegression = data.task() == Task.REGRESSION;
    columns = isRegression ? 2 : metrics.size();
    heads = isRegression ? 4 : 3;
  }

  private String head() {
    return isRegression ? REGRESSION : CLASSIFICATION;
  }

  /** Writes every epoch that there is. */
  void write(List<ArmResult> arms) throws IOException {
    WholeFile.text(
        file,
        out -> {
          out.write(head() + "\n");
          for (ArmResult arm : arms) {
            for (int replica = 0; replica < arm.epochs().length; replica++) {
              for (int epoch = 0; epoch < arm.epochs()[replica]; epoch++) {
                write(arm, replica, epoch, out);
              }
            }
          }
        });
  }

  private void write(ArmResult arm, int replica, int epoch, Writer out) throws IOException {
    String head = arm.arm().id() + ',' + replica + ',' + epoch;
    for (int first = 0; first < metrics.size(); first += columns) {
      out.write(head);
      if (isRegression) {
        out.write(',' + Texts.cell(metrics.get(first).target()));
      }
      for (Metric metric : metrics.subList(first, first + columns)) {
        out.write("," + arm.metrics().get(metric)[replica][epoch]);
      }
      out.write('\n');
    }
  }

  /**
   * Reads all, which must stand as {@link #write(List)} writes it.
   *
   * @param arms in the order of the run
   * @param epochs how many epochs each arm's replicas have
   * @param allEpochs how many there were to be
   */
  Map<Arm, Map<Metric, double[][]>> read(List<Arm> arms, Map<Arm, int[]> epochs, int allEpochs)
      throws RunException {
    expected =
        epochs.values().stream().flatMapToInt(Arrays::stream).asLongStream().sum()
            * (metrics.size() / columns);
    Map<Arm, Map<Metric, double[][]>> found = new HashMap<>();
    try (CsvReader<CsvRecord> lines =
        CsvReader.builder().allowUnclosedQuote(false).ofCsvRecord(file)) {
      Iterator<CsvRecord> rows = lines.iterator();
      if (!rows.hasNext() || !String.join(",", rows.next().getFields()).equals(head())) {
        throw new RunException(file, "does not begin with '" + head() + "'");
      }
      for (Arm arm : arms) {
        found.put(arm, read(arm, epochs.get(arm), allEpochs, rows));
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

  private Map<Metric, double[][]> read(
      Arm arm, int[] epochs, int allEpochs, Iterator<CsvRecord> rows) throws RunException {
    List<double[][]> values = new ArrayList<>();
    Map<Metric, double[][]> ofArm = new LinkedHashMap<>();
    for (Metric metric : metrics) {
      double[][] unknown = new double[epochs.length][allEpochs];
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
