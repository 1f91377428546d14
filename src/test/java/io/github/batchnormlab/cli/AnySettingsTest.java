package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.Folders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/** Any combination of settings trains, and says what became of it, or is refused. */
class AnySettingsTest {

  /** Values of which most are usual, some are extreme and few are no good. */
  private static Arbitrary<String> values(String option, String usual, String extreme, String bad) {
    return Arbitraries.frequencyOf(
            List.of(weighted(24, usual), weighted(8, extreme), weighted(1, bad)))
        .map(value -> "--" + option + " " + value);
  }

  private static Tuple.Tuple2<Integer, Arbitrary<String>> weighted(int frequency, String values) {
    return Tuple.of(frequency, Arbitraries.of(values.split(" ")));
  }

  @Provide
  Arbitrary<List<String>> options() {
    return Combinators.combine(
            List.of(
                values("seed", "0 1 77", "2147483647", "-1"),
                values("replicas", "1 2 3", "5", "0"),
                values("hidden", "1 3 20", "300 4,3 2,2,2", "0 4000000000"),
                values("bias", "true false", "true", "perhaps"),
                values("train-size", "2 10 100", "1 1001 2500", "0 89478486"),
                values("test-size", "1 10 50", "1001", "-1"),
                values("red", "-1:1 0:1", "-1e300:1e300 0:1e-320 -1e-8:1e8", "1:0 0:Infinity"),
                values("green", "-1:1 0:255", "-1e154:1e154 1e17:2e17", "NaN:1"),
                values("blue", "-1:1", "-1e308:1e308 5:5.000000000000001", ":"),
                values("learning-rate", "0.001 0.1", "1e-320 1e6 1e308", "0 NaN"),
                values("lambda", "0.9 0.5 0", "0.9999999999999999 1e-300", "1"),
                values("epsilon", "1e-6 1e-3", "1e-320 1e308", "0"),
                values(
                    "arms",
                    "batch-norm,none none batch-norm-plain,djl-batch-norm",
                    "batch-norm,batch-norm-plain,batch-norm-population,djl-batch-norm,none",
                    "nobody none,none"),
                values("precision", "float64", "float32", "int8"),
                values("threads", "1 2", "16", "0"),
                values("checkpoint-every", "30s 0", "1 1h", "sometimes")))
        .as(options -> options);
  }

  /** The seed is fixed, so that a build fails for what was changed; without it others are tried. */
  @Property(
      tries = 150,
      seed = "20261124",
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void trainsOrIsRefused(@ForAll("options") List<String> options) throws Exception {
    run(options);
  }

  /** Tables that are usual, odd or broken, each with its target. */
  private static final Map<String, String> TABLES =
      Map.of(
          "numbers.csv", "a,b,y\n" + "1,2,3\n2,1,4\n0,5,1\n3,3,3\n".repeat(6),
          "mixed.csv", "a,b,y\n" + "1,red,3\n2,blue,4\n0,red,1\n3,green,3\n".repeat(6),
          "classes.csv", "a,b,y\n" + "1,2,no\n2,1,yes\n0,5,no\n3,3,perhaps\n".repeat(6),
          "one.csv", "a,b,y\n" + "1,2,same\n2,1,same\n".repeat(6),
          "constant.csv", "a,b,y\n" + "1,2,3\n1,1,3\n".repeat(6),
          "missing.csv", "a,b,y\n" + "1,,3\n?,red,4\n0,red,1\n3,green,3\n".repeat(6),
          "few.csv", "a,b,y\n1,2,3\n2,3,1\n4,2,6\n",
          "huge.csv", "a,b,y\n" + "1e308,2,3\n-1e308,1,4\n0,5,1e300\n".repeat(6),
          "broken.csv", "a,b,y\n1,2,3\n1,2\n");

  @Provide
  Arbitrary<List<String>> tableOptions() {
    return Combinators.combine(
            List.of(
                values(
                    "data",
                    "numbers.csv mixed.csv classes.csv",
                    "one.csv constant.csv missing.csv few.csv huge.csv",
                    "broken.csv nowhere.csv"),
                values("target", "y", "y,a a", "c"),
                values("task", "auto", "classification regression", "guess"),
                values("missing", "refuse drop median", "drop", "keep"),
                values("standardize", "true", "false", "perhaps"),
                values("test-share", "0.2 0.5", "0.9 1e-300", "1"),
                values("train-size", "all 4", "1 2", "0 1000"),
                values("batch-size", "full 4 3", "1 2 2147483647", "0 some"),
                values("hidden", "3 4,3", "2x20 1", "2x0"),
                values("activation", "tanh relu sigmoid gelu linear", "tanh", "swish"),
                values("init", "pytorch normal xavier", "normal", "zero"),
                values("optimizer", "adam sgd", "sgd", "rmsprop"),
                values("learning-rate", "0.001 0.1", "1e6 1e308", "0"),
                values("replicas", "1 2", "7", "0"),
                values("precision", "float64", "float32", "int8"),
                values(
                    "arms",
                    "batch-norm,none layer-norm,rms-norm none",
                    "batch-norm-plain,djl-batch-norm,batch-norm-population",
                    "nobody")))
        .as(options -> options);
  }

  @Property(
      tries = 100,
      seed = "20261124",
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void aTableTrainsOrIsRefused(@ForAll("tableOptions") List<String> options) throws Exception {
    Path tables = Files.createTempDirectory("any-table");
    try {
      for (Map.Entry<String, String> table : TABLES.entrySet()) {
        Files.writeString(tables.resolve(table.getKey()), table.getValue());
      }
      run(
          options.stream()
              .map(option -> option.replace("--data ", "--data " + tables + "/"))
              .toList());
    } finally {
      Folders.delete(tables);
    }
  }

  private static void run(List<String> options) throws Exception {
    Path folder = Files.createTempDirectory("any-settings");
    PrintStream realOut = System.out;
    PrintStream realErr = System.err;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      Path run = folder.resolve("run");
      List<String> args = new ArrayList<>(List.of("--epochs", "3", "--quiet"));
      options.forEach(option -> args.addAll(List.of(option.split(" "))));
      args.addAll(List.of("--output", run.toString()));
      int code = Main.run(args.toArray(String[]::new));
      Statistics.collect(code);
      Statistics.coverage(
          coverage -> {
            coverage.check(0).percentage(share -> share > 20);
            coverage.check(2).percentage(share -> share > 10);
          });
      String said = err.toString(StandardCharsets.UTF_8);
      assertFalse(said.contains("\tat "), said);
      if (code == 2) {
        assertEquals(1, said.lines().filter(line -> !line.startsWith("Warning: ")).count(), said);
        assertTrue(said.contains("--") || said.contains(".csv"), said);
        assertFalse(Files.exists(run), "nothing is left of a refused run");
      } else {
        assertEquals(said.contains("Every network failed") ? 1 : 0, code, said);
        assertTrue(Files.size(run.resolve("report.html")) > 0);
        assertFiniteOrReported(run.resolve("losses.csv"), said);
      }
    } finally {
      System.setOut(realOut);
      System.setErr(realErr);
      Folders.delete(folder);
    }
  }

  /** A replica has three finite epochs, or ends with one that is not and that was reported. */
  private static void assertFiniteOrReported(Path losses, String said) throws IOException {
    Map<String, List<String[]>> replicas;
    try (Stream<String> lines = Files.lines(losses)) {
      replicas =
          lines
              .skip(1)
              .map(line -> line.split(","))
              .collect(Collectors.groupingBy(row -> row[0] + "," + row[1]));
    }
    assertEquals(
        said.contains("Every network failed"),
        replicas.values().stream().noneMatch(rows -> isFinite(rows.get(rows.size() - 1))),
        said);
    for (List<String[]> rows : replicas.values()) {
      String[] last = rows.get(rows.size() - 1);
      for (String[] row : rows.subList(0, rows.size() - 1)) {
        assertTrue(isFinite(row), String.join(",", row));
      }
      if (isFinite(last)) {
        assertEquals(3, rows.size(), String.join(",", last));
      } else {
        assertTrue(said.contains("The training of " + last[0]), said);
        assertTrue(said.contains("stopped at epoch " + last[2]), said);
      }
    }
  }

  private static boolean isFinite(String[] row) {
    return Double.isFinite(Double.parseDouble(row[3]))
        && Double.isFinite(Double.parseDouble(row[4]));
  }
}
