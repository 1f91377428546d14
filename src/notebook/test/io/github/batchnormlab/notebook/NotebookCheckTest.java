package io.github.batchnormlab.notebook;

import static io.github.batchnormlab.notebook.NotebookTest.code;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check of the files that are kept finds what it is there for. */
class NotebookCheckTest {
  private static final double LOSS = 523.9514949123981;

  private static final String SOURCE =
      "# A title\n\nAnd a lead.\n\n## One\n\n$$x_1$$\n\n"
          + code("double loss = " + LOSS + ";", "System.out.println(\"loss \" + loss);")
          + code(
              "System.out.println((System.nanoTime() % 1000) + \" ms, \" + new Object());",
              "System.out.println(java.nio.file.Files.createTempFile(\"a\", \"b\"));")
          + code(
              "new io.github.batchnormlab.report.Plot(\"x\", \"y\")",
              "    .line(\"one\", \"#d92b2f\", new double[] {1, loss}).picture()");

  @TempDir Path folder;
  private Path source;
  private Path notebook;
  private Path export;
  private Main main;

  @BeforeEach
  void make() throws Exception {
    source = folder.resolve("a.md");
    notebook = folder.resolve("a.ipynb");
    export = folder.resolve("a.html");
    main = new Main(source, notebook, export);
    Files.writeString(source, SOURCE);
    main.make();
  }

  private void replace(Path file, String text, String by) throws Exception {
    String old = Files.readString(file);
    assertTrue(old.contains(text), text);
    Files.writeString(file, old.replace(text, by));
  }

  /** The only thing that is wrong with the files. */
  private void assertFound(String problem) throws Exception {
    List<String> problems = main.check();
    assertEquals(1, problems.size(), problems::toString);
    assertTrue(problems.get(0).contains(problem), problems.get(0));
  }

  /** Times, ids and paths differ from run to run, and are left out. */
  @Test
  void whatHasJustBeenMadeIsRight() throws Exception {
    assertEquals(List.of(), main.check());
  }

  @Test
  void aNumberThatDiffersByMoreThanRoundingIsFound() throws Exception {
    replace(notebook, "loss " + LOSS, "loss " + LOSS * (1 + 1e-9));
    Files.writeString(export, Export.of(Notebook.ofJson(Files.readString(notebook))));

    assertFound("Cell 2 has " + LOSS * (1 + 1e-9) + ", now " + LOSS + ".");
  }

  @Test
  void aNumberThatDiffersByRoundingIsNone() throws Exception {
    replace(notebook, "loss " + LOSS, "loss " + LOSS * (1 + 1e-11));
    Files.writeString(export, Export.of(Notebook.ofJson(Files.readString(notebook))));

    assertEquals(List.of(), main.check());
  }

  @Test
  void aNumberInAFigureThatDiffersIsFound() throws Exception {
    replace(notebook, "\"523.95\"", "\"523.96\"");
    Files.writeString(export, Export.of(Notebook.ofJson(Files.readString(notebook))));

    assertFound("Cell 4 has 523.96, now 523.95.");
  }

  @Test
  void anotherWordInAnOutputIsFound() throws Exception {
    replace(notebook, "\"loss 523", "\"losses 523");
    Files.writeString(export, Export.of(Notebook.ofJson(Files.readString(notebook))));

    assertFound("Cell 2 says\nlosses 523");
  }

  @Test
  void anExportOfAnotherNotebookIsFound() throws Exception {
    replace(export, "loss " + LOSS, "loss " + LOSS * (1 + 1e-11));

    assertFound("a.html is not the export of ");
  }

  /** Another Java may compress Plotly in another way. */
  @Test
  void anExportWhosePlotlyIsCompressedInAnotherWayIsTheSame() throws Exception {
    String page = Files.readString(export);
    String head = "id=\"plotly-gzip\">";
    int from = page.indexOf(head) + head.length();
    int to = page.indexOf("</script>", from);
    byte[] plotly;
    try (var in =
        new GZIPInputStream(
            new ByteArrayInputStream(Base64.getDecoder().decode(page.substring(from, to))))) {
      plotly = in.readAllBytes();
    }
    Files.writeString(export, page.substring(0, from) + packed(plotly) + page.substring(to));
    assertEquals(List.of(), main.check());

    plotly[plotly.length / 2]++;
    Files.writeString(export, page.substring(0, from) + packed(plotly) + page.substring(to));
    assertFound("a.html is not the export of ");
  }

  private static String packed(byte[] plotly) throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var zip =
        new GZIPOutputStream(bytes) {
          {
            def.setLevel(Deflater.BEST_SPEED);
          }
        }) {
      zip.write(plotly);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  @Test
  void aNotebookOfAnotherSourceIsFound() throws Exception {
    replace(source, "And a lead.", "And another lead.");
    assertFound("Cell 1 is not that of the source.");

    Files.writeString(source, SOURCE + "\nMore.\n");
    assertFound("The notebook has 4 cells, its source 5.");
  }

  @Test
  void aCellThatFailsIsFound() throws Exception {
    replace(source, "" + LOSS, "new double[0][1]");

    assertThrows(CellException.class, main::check);
  }

  @Test
  void aFileThatIsNotAsItWasWrittenIsFound() throws Exception {
    replace(notebook, "\"batchnorm-lab\"", "\"another kernel\"");

    assertFound("a.ipynb is not as this program writes it.");
  }
}
