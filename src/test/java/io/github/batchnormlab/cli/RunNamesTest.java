package io.github.batchnormlab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.batchnormlab.study.SettingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunNamesTest {
  @TempDir private Path folder;

  private List<String> names(String... runs) throws Exception {
    List<Path> paths = new ArrayList<>();
    for (String run : runs) {
      paths.add(Files.createDirectories(folder.resolve(run)));
    }
    return RunNames.of(paths);
  }

  @Test
  void aFoldersNameIsEnoughIfNoOtherHasIt() throws Exception {
    assertEquals(List.of("first", "second"), names("a/first", "b/second"));
  }

  @Test
  void ofTheSameNameTheParentsTellThemApart() throws Exception {
    assertEquals(List.of("a/run", "b/run", "other"), names("a/run", "b/run", "b/other"));
  }

  @Test
  void asManyParentsAsItTakes() throws Exception {
    assertEquals(List.of("x/a/run", "b/run", "y/a/run"), names("x/a/run", "x/b/run", "y/a/run"));
  }

  @Test
  void theRootHasNoNameButItself() throws Exception {
    Path root = folder.toAbsolutePath().getRoot();
    Path here = Files.createDirectories(folder.resolve("here"));
    assertEquals(List.of(root.toString(), "here"), RunNames.of(List.of(root, here)));
  }

  @Test
  void theSameFolderTwiceIsRefusedHoweverItIsCalled() throws Exception {
    Path run = Files.createDirectories(folder.resolve("a/run"));
    var error =
        assertThrows(
            SettingException.class, () -> RunNames.of(List.of(run, folder.resolve("a/../a/run"))));
    assertTrue(error.getMessage().startsWith("RUN must name each run once"), error.getMessage());
  }
}
