package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 100,000 epochs with garbage collections forced from outside: memory stays as it was, and the
 * losses are those of the same run left alone. Run by {@code mvn -Psoak test}.
 */
@Tag("soak")
class SoakTest {
  private static final int EPOCHS = 100_000;
  private static final String SETTINGS =
      "--epochs " + EPOCHS + " --hidden 20 --train-size 100 --test-size 30 --threads 2";
  private static final double MOST_GROWTH = 1.05;
  private static final int SAMPLES_AT_LEAST = 50;

  @TempDir private Path folder;

  private Child start(Path output) throws IOException {
    List<String> flags =
        List.of(Files.readString(Path.of(".mvn/jvm.config")).strip().split("\\s+"));
    List<String> options = new ArrayList<>(List.of(SETTINGS.split(" ")));
    options.addAll(List.of("--output", output.toString()));
    return Child.start(folder, List.of(), flags, options);
  }

  private static double residentMegabytes(Child child) throws IOException {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc", Long.toString(child.process().pid()), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) * 1024 / 1e6)
          .findFirst()
          .orElse(Double.NaN);
    }
  }

  private static void collectGarbage(Child child) throws Exception {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    new ProcessBuilder(jcmd, Long.toString(child.process().pid()), "GC.run")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  @Test
  void memoryStaysAndLossesDoNotDependOnGarbageCollection() throws Exception {
    assumeTrue(Files.isReadable(Path.of("/proc/self/status")), "Only Linux tells the memory.");
    Path alone = folder.resolve("alone");
    Child first = start(alone);
    assertEquals(0, first.await(), first.err());

    Path disturbed = folder.resolve("disturbed");
    Child second = start(disturbed);
    second.awaitError("epoch " + EPOCHS / 10 + "/");
    List<Double> megabytes = new ArrayList<>();
    // The report, made behind the last epoch, takes memory of its own.
    while (second.process().isAlive() && !second.err().contains("epoch " + EPOCHS * 9 / 10 + "/")) {
      collectGarbage(second);
      megabytes.add(residentMegabytes(second));
    }
    assertEquals(0, second.await(), second.err());
    assertTrue(megabytes.size() >= SAMPLES_AT_LEAST, megabytes.size() + " collections");
    int fifth = megabytes.size() / 5;
    double early = most(megabytes.subList(0, fifth));
    double late = most(megabytes.subList(megabytes.size() - fifth, megabytes.size()));
    System.out.printf(
        "%d collections, resident memory %.0f MB early, %.0f MB late%n",
        megabytes.size(), early, late);
    assertTrue(late <= MOST_GROWTH * early, early + " MB grew to " + late + " MB");
    assertEquals(
        -1,
        Files.mismatch(alone.resolve("losses.csv"), disturbed.resolve("losses.csv")),
        "the losses are the same");
  }

  private static double most(List<Double> values) {
    return values.stream().mapToDouble(value -> value).max().orElseThrow();
  }
}
