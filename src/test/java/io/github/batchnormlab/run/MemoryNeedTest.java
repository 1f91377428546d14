package io.github.batchnormlab.run;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.data.Prepared;
import io.github.batchnormlab.data.Source;
import io.github.batchnormlab.model.Sizes;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Task;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is refused for its memory, of tables in blocks. */
class MemoryNeedTest {
  private static Settings settings(int replicas) {
    return Settings.parse(
        Map.of("data", "x.csv", "target", "y", "blocks", "true", "replicas", "" + replicas));
  }

  /** A table of two features and a target that nobody reads. */
  private record Rows(int trainRows, int testRows) implements Source {
    @Override
    public Task task() {
      return Task.REGRESSION;
    }

    @Override
    public int inputs() {
      return 2;
    }

    @Override
    public int outputs() {
      return 1;
    }

    @Override
    public Optional<DataFacts> facts() {
      return Optional.empty();
    }

    @Override
    public Prepared rows(int seed) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private static void check(int rows, int replicas, boolean isSpread) {
    Settings settings = settings(replicas);
    Source source = new Rows(rows, rows / 4);
    Sizes sizes = Sizes.of(Optional.empty(), 2, settings.net(), 1);
    MemoryNeed.check(settings, source, sizes, false, isSpread, 1);
  }

  /** 2 billion rows of three numbers are 48 GB; the tests have one. */
  @Test
  void rowsOnAClusterTakeNoMemoryHere() {
    assertDoesNotThrow(() -> check(1_600_000_000, 1, true));
    SettingException refused =
        assertThrows(SettingException.class, () -> check(1_600_000_000, 1, false));
    assertTrue(refused.getMessage().startsWith("--data must be smaller here"), refused::getMessage);
  }

  /** Each has its own split, and so its rows once more. */
  @Test
  void replicasInBlocksTakeTheirRowsEach() {
    double half = Runtime.getRuntime().maxMemory() / 2.0;
    int rows = (int) (half / Double.BYTES / (2 + 2 + 1) / 1.25 / 1.35 * 0.8);
    assertDoesNotThrow(() -> check(rows, 1, false));
    SettingException refused = assertThrows(SettingException.class, () -> check(rows, 9, false));
    assertTrue(
        refused.getMessage().startsWith("--replicas must be smaller here"), refused::getMessage);
    assertDoesNotThrow(() -> check(rows, 9, true));
  }
}
