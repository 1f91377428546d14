package io.github.batchnormlab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.batchnormlab.study.ColumnFacts;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Task;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DataSectionTest {
  @Test
  void itSaysWhatWasFound() {
    DataSection data =
        DataSection.of(
            TableStudies.facts(Task.CLASSIFICATION, List.of("kind"), List.of("cat", "dog")),
            Settings.Kind.TABLE);

    assertEquals(
        List.of(
            "File=houses.csv",
            "Task=classification",
            "Training rows of a replica=80",
            "Test rows of a replica=20",
            "Rows left out, for missing values=3",
            "Features=2 columns",
            "Inputs of the network=5",
            "Classes=2: cat and dog",
            "SHA-256 of the file=" + TableStudies.SUM),
        data.facts().entrySet().stream().map(Object::toString).toList());
    assertEquals(
        List.of(
            new DataSection.Column("kind", "target", "2 classes", "–"),
            new DataSection.Column("rooms", "feature", "numbers", "–"),
            new DataSection.Column("colour", "feature", "4 categories", "2")),
        data.columns());
    assertEquals("", data.leftOut());
  }

  @Test
  void ofThousandsOfColumnsTheFirstAreShown() {
    List<ColumnFacts> columns =
        IntStream.range(0, 5_000)
            .mapToObj(i -> new ColumnFacts("c" + i, i >= 4_900, false, 0, 0))
            .toList();
    List<String> warnings = TableStudies.names("warning ", 1_000);
    DataSection data =
        DataSection.of(
            new DataFacts(
                "wide.csv",
                "test.csv",
                List.of("aa", "bb"),
                Task.REGRESSION,
                1,
                1,
                0,
                columns,
                4_900,
                List.of(),
                warnings),
            Settings.Kind.TABLE);

    assertEquals(60, data.columns().size());
    assertEquals(
        "Shown are the first 30 targets and features at most; 4,940 more columns are in use.",
        data.leftOut());
    assertEquals(21, data.warnings().size());
    assertEquals("And 980 more warnings.", data.warnings().get(20));
    assertEquals("bb", data.facts().get("SHA-256 of the file of the test rows"));
    assertEquals("test.csv", data.facts().get("File of the test rows"));
  }
}
