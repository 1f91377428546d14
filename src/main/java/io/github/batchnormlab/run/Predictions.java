package io.github.batchnormlab.run;

import ai.djl.pytorch.jni.JniUtils;
import io.github.batchnormlab.data.Preprocessing;
import io.github.batchnormlab.data.RowListener;
import io.github.batchnormlab.data.TableException;
import io.github.batchnormlab.data.TableFile;
import io.github.batchnormlab.model.TrainedNetwork;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.Task;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Writes the rows of a table with what a network says of them behind each: of a regression {@code
 * predicted_<target>} in the units of the file, of a classification {@code predicted_<target>} and
 * {@code probability_<class>} for each class. A class is written as the run's table has it, also if
 * a spreadsheet would take it for a formula: else no program would find it again. Some rows at a
 * time are in memory.
 */
public final class Predictions implements RowListener {
  /** So many rows go through the network together. */
  private static final int ROWS = 1_024;

  /** With fewer, threads of PyTorch wait for each other longer than they work. */
  private static final long MANY_PARAMETERS = 100_000;

  private final TrainedNetwork network;
  private final Preprocessing preprocessing;
  private final TableFile table;
  private final BufferedWriter out;
  private final double[] features;

  /** Of the rows that wait, as they stand in the file. */
  private final List<List<String>> cells = new ArrayList<>();

  private final List<double[]> targets = new ArrayList<>();
  private final PredictionErrors errors;
  private long rows;

  /** How many rows have a prediction that is not finite. */
  private long notFinite;

  private boolean hasTargets;

  private Predictions(TrainedNetwork network, TableFile table, BufferedWriter out) {
    this.network = network;
    this.table = table;
    this.out = out;
    preprocessing = network.preprocessing();
    features = new double[ROWS * preprocessing.features().size()];
    errors = new PredictionErrors(preprocessing);
  }

  /**
   * What was written.
   *
   * @param rows how many rows
   * @param metrics how good the predictions are, if the table has the targets
   * @param remarks what belongs to the metrics, in sentences
   * @param warnings what the user should know, in sentences
   */
  public record Summary(
      long rows, Map<Metric, Double> metrics, List<String> remarks, List<String> warnings) {}

  /**
   * Predicts.
   *
   * @param network what predicts
   * @param table has the features in any order; what else it has stays
   * @param output a new file, which is there when everything is written
   * @return what was written
   * @throws TableException if the table cannot be read, or has a column with the name of one that
   *     is written; nothing is written then
   * @throws IOException if the output cannot be written
   */
  public static Summary write(TrainedNetwork network, TableFile table, Path output)
      throws TableException, IOException {
    JniUtils.setNumThreads(threads(network));
    Summary[] summary = new Summary[1];
    TableException[] wrong = new TableException[1];
    try {
      WholeFile.newText(
          output,
          out -> {
            Predictions predictions = new Predictions(network, table, out);
            try {
              List<String> warnings = network.preprocessing().read(table, predictions);
              predictions.flush();
              summary[0] = predictions.summary(warnings);
            } catch (TableException e) {
              wrong[0] = e;
              throw new IOException(e); // So that no half file stays.
            } catch (UncheckedIOException e) {
              throw e.getCause();
            }
          });
    } catch (IOException e) {
      if (wrong[0] != null) {
        throw wrong[0];
      }
      throw e;
    }
    return summary[0];
  }

  private static int threads(TrainedNetwork network) {
    long parameters =
        network.parameters().values().stream()
            .mapToLong(parameter -> parameter.getArray().size())
            .sum();
    return parameters < MANY_PARAMETERS ? 1 : Runtime.getRuntime().availableProcessors();
  }

  @Override
  public void header(List<String> names, List<String> ofFile, boolean tableHasTargets)
      throws TableException {
    hasTargets = tableHasTargets;
    List<String> more = columns();
    Set<String> written = new HashSet<>(more);
    for (String name : names) {
      if (written.contains(name)) {
        throw TableException.of(
            table.path(),
            name,
            "the predictions would get the same name; rename this column or leave it out");
      }
    }
    write(ofFile, more);
  }

  /** The names of what is written behind the cells of the file. */
  private List<String> columns() {
    Stream<String> names =
        preprocessing.task() == Task.REGRESSION
            ? preprocessing.targets().stream().map(target -> "predicted_" + target)
            : Stream.concat(
                Stream.of("predicted_" + preprocessing.targets().get(0)),
                preprocessing.classes().stream().map(name -> "probability_" + name));
    return names.toList();
  }

  @Override
  public void row(List<String> texts, double[] ofRow, double[] targetsOfRow) {
    System.arraycopy(ofRow, 0, features, cells.size() * ofRow.length, ofRow.length);
    cells.add(texts);
    targets.add(targetsOfRow.clone());
    if (cells.size() == ROWS) {
      flush();
    }
  }

  private void flush() {
    if (cells.isEmpty()) {
      return;
    }
    int count = cells.size();
    int width = features.length / ROWS;
    boolean isClasses = preprocessing.task() == Task.CLASSIFICATION;
    double[] prepared = count == ROWS ? features : Arrays.copyOf(features, count * width);
    double[] said =
        isClasses ? network.logProbabilities(prepared, count) : network.predict(prepared, count);
    int outputs = said.length / count;
    for (int row = 0; row < count; row++) {
      double[] own = Arrays.copyOfRange(said, row * outputs, (row + 1) * outputs);
      List<String> more = new ArrayList<>();
      boolean isFinite;
      if (isClasses) {
        int likeliest = TrainedNetwork.likeliest(own);
        isFinite = likeliest >= 0;
        more.add(isFinite ? preprocessing.classes().get(likeliest) : "");
      } else {
        isFinite = Arrays.stream(own).allMatch(Double::isFinite);
      }
      notFinite += isFinite ? 0 : 1;
      for (double value : own) {
        more.add(Double.toString(isClasses ? Math.exp(value) : value));
      }
      write(cells.get(row), more);
      if (hasTargets) {
        errors.add(targets.get(row), own);
      }
    }
    rows += count;
    cells.clear();
    targets.clear();
  }

  /** Writes a row: what stands in the file as it stands there, and what is new behind it. */
  private void write(List<String> ofFile, List<String> behind) {
    try {
      String separator = "";
      for (String cell : ofFile) {
        out.write(separator);
        out.write(cell);
        separator = String.valueOf(table.delimiter());
      }
      for (String cell : behind) {
        out.write(separator);
        out.write(Texts.quoted(cell, table.delimiter()));
      }
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Summary summary(List<String> ofTable) {
    List<String> warnings = new ArrayList<>(ofTable);
    if (notFinite > 0) {
      warnings.add(
          Plain.count(notFinite, "row has", "rows have") + " a prediction that is not finite.");
    }
    return new Summary(
        rows,
        hasTargets ? errors.metrics() : Map.of(),
        hasTargets ? errors.remarks() : List.of(),
        warnings);
  }
}
