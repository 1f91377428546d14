package io.github.batchnormlab.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.reflect.TypeToken;
import io.github.batchnormlab.Fuzzing;
import io.github.batchnormlab.study.Missing;
import io.github.batchnormlab.study.Task;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * Any bytes are a table that is read in two ways alike, or end in a sentence.
 *
 * <p>A run takes one fuzz test, for five minutes or as long as is said. What it finds, and the
 * inputs that led it there, are in {@code target/fuzz}:
 *
 * <pre>
 * mvn -Pfuzz test -Dtest=TableFuzzTest#anyTable -Djazzer.max_duration=10m
 * mvn -Pfuzz test -Dtest=TableFuzzTest#anyPreprocessing -Djazzer.max_duration=10m
 * </pre>
 */
class TableFuzzTest {
  /** Bytes before the table, the last of them a line break. */
  private static final int OPTIONS = 10;

  private static final Path FOLDER = Fuzzing.folder();

  /** Zipping, so that the fuzzer need not find out about checksums. */
  private enum Packing {
    PLAIN,
    ZIPPED,
    SAID_TO_BE_ZIPPED
  }

  /** The first line says how the rest is read, so that a seed can be written by hand. */
  @FuzzTest(maxDuration = "5m")
  void anyTable(byte[] data) throws IOException {
    if (data.length < OPTIONS) {
      return;
    }
    char delimiter = Fuzzing.of(data[0], ',', ';', '\t');
    Packing packing = Fuzzing.of(data[1], Packing.values());
    Task task = Fuzzing.of(data[2], null, Task.REGRESSION, Task.CLASSIFICATION);
    Missing missing = Fuzzing.of(data[3], Missing.values());
    int targets = Fuzzing.of(data[4], 1, 2);
    int ignored = Fuzzing.of(data[5], 0, 1);
    boolean standardize = Fuzzing.of(data[6], true, false);
    double share = Fuzzing.of(data[7], 0.2, 0.5, 0.999, 1e-9);
    int seed = Fuzzing.of(data[8], 0, 1, 2, 3);
    TableFile file = file(Arrays.copyOfRange(data, OPTIONS, data.length), packing, delimiter);
    try {
      List<String> header = header(file);
      int last = header.size();
      Choice choice =
          new Choice(
              header.subList(Math.max(0, last - targets), last),
              header.subList(0, Math.min(ignored, last)),
              task,
              missing);
      RawTable table = RawTable.read(file, choice);
      table.warnings().forEach(Fuzzing::checkSentence);
      checkPrepared(table.prepare(seed, SplitRule.ofShare(share), standardize));
      RawTable test = table.readTest(file);
      Prepared all = table.prepare(seed, test, SplitRule.ofShare(share), standardize);
      checkPrepared(all);
      assertArrayEquals(all.split().train().x(), all.split().test().x());
      checkRowByRow(all, file, missing);
    } catch (TableException e) {
      Fuzzing.checkSentence(e.getMessage());
      assertTrue(e.getMessage().startsWith(file.path().toString()), e.getMessage());
    }
  }

  private static TableFile file(byte[] content, Packing packing, char delimiter)
      throws IOException {
    String name = packing == Packing.PLAIN ? "t.csv" : "t.csv.gz";
    byte[] packed = content;
    if (packing == Packing.ZIPPED) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
        zip.write(content);
      }
      packed = bytes.toByteArray();
    }
    return new TableFile(Files.write(FOLDER.resolve(name), packed), delimiter);
  }

  private static List<String> header(TableFile file) throws TableException {
    HeaderOnly listener = new HeaderOnly();
    CsvPass.over(file, listener);
    return listener.names;
  }

  private static final class HeaderOnly implements CellListener {
    private List<String> names;

    @Override
    public void header(List<String> header, List<String> cells) {
      names = header;
    }

    @Override
    public void cell(int column, long line, char[] chars, int from, int length, boolean quoted) {}

    @Override
    public void endOfRow(long line) {}
  }

  private static void checkPrepared(Prepared prepared) {
    prepared.warnings().forEach(Fuzzing::checkSentence);
    Preprocessing preprocessing = prepared.preprocessing();
    for (Table part : List.of(prepared.split().train(), prepared.split().test())) {
      assertTrue(Arrays.stream(part.x()).allMatch(Double::isFinite));
      assertTrue(Arrays.stream(part.y()).allMatch(Double::isFinite));
      assertTrue(part.rows() > 0);
    }
    String json = new Gson().toJson(preprocessing.toMap());
    Map<String, Object> map =
        new Gson().fromJson(json, new TypeToken<Map<String, Object>>() {}.getType());
    assertEquals(preprocessing.toMap(), Preprocessing.of(map).toMap());
  }

  /** The rows one by one are those of the table, as far as none is left out. */
  private static void checkRowByRow(Prepared all, TableFile file, Missing missing)
      throws TableException {
    if (missing == Missing.DROP && all.split().train().rows() != rows(file)) {
      return;
    }
    double[] x = all.split().train().x();
    int[] at = new int[1];
    List<String> warnings =
        all.preprocessing()
            .read(
                file,
                new RowListener() {
                  @Override
                  public void header(List<String> names, List<String> cells, boolean hasTargets) {
                    assertTrue(hasTargets);
                  }

                  @Override
                  public void row(List<String> cells, double[] features, double[] targets) {
                    int from = at[0];
                    at[0] += features.length;
                    assertArrayEquals(Arrays.copyOfRange(x, from, at[0]), features);
                  }
                });
    assertEquals(x.length, at[0]);
    assertEquals(List.of(), warnings);
  }

  private static int rows(TableFile file) throws TableException {
    int[] rows = new int[1];
    CsvPass.over(
        file,
        new CellListener() {
          @Override
          public void header(List<String> names, List<String> cells) {}

          @Override
          public void cell(
              int column, long line, char[] chars, int from, int length, boolean quoted) {}

          @Override
          public void endOfRow(long line) {
            rows[0]++;
          }
        });
    return rows[0];
  }

  /** What {@code run.json} may hold. */
  @FuzzTest(maxDuration = "5m")
  void anyPreprocessing(byte[] data) {
    Map<String, Object> map;
    try {
      String json = new String(data, StandardCharsets.UTF_8);
      map = new Gson().fromJson(json, new TypeToken<Map<String, Object>>() {}.getType());
    } catch (JsonParseException | NumberFormatException e) {
      return;
    }
    if (map == null) {
      return;
    }
    try {
      Preprocessing read = Preprocessing.of(map);
      assertEquals(read.toMap(), Preprocessing.of(read.toMap()).toMap());
    } catch (IllegalArgumentException e) {
      assertTrue(e.getMessage().startsWith("The preprocessing has no right '"), e.getMessage());
    }
  }
}
