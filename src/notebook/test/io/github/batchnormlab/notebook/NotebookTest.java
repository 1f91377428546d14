package io.github.batchnormlab.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.batchnormlab.notebook.Notebook.Cell;
import io.github.batchnormlab.report.Picture;
import java.util.List;
import org.junit.jupiter.api.Test;

class NotebookTest {

  static String code(String... lines) {
    return "```java\n" + String.join("\n", lines) + "\n```\n";
  }

  static Notebook run(String markdown) throws CellException {
    return Runner.run(Notebook.ofMarkdown(markdown));
  }

  private static String text(Notebook notebook, int cell) {
    JsonObject output = notebook.cells().get(cell).outputs().get(0);
    return Notebook.text(
        output.has("text") ? output.get("text") : output.getAsJsonObject("data").get("text/plain"));
  }

  @Test
  void textAndFencedJavaAreCellsInTurn() {
    List<Cell> cells =
        Notebook.ofMarkdown("# Title\n\n" + code("int a = 1;") + "\n$x$\n\n```\nno cell\n```\n")
            .cells();

    assertEquals(
        List.of(
            new Cell(false, "# Title", List.of()),
            new Cell(true, "int a = 1;", List.of()),
            new Cell(false, "$x$\n\n```\nno cell\n```", List.of())),
        cells);
  }

  @Test
  void whatIsReadFromAFileOfJupytersIsWhatWasWritten() throws CellException {
    Notebook notebook = run("# A “title”\n" + code("System.out.println(1);", "2 + 3"));

    assertEquals(notebook.json(), Notebook.ofJson(notebook.json()).json());
    assertEquals(
        notebook.cells().stream().map(Cell::source).toList(),
        Notebook.ofJson(notebook.json()).cells().stream().map(Cell::source).toList());
  }

  /** The fields that nbformat 4.5 asks for. */
  @Test
  void theFileIsOfNbformat() throws CellException {
    JsonObject file =
        JsonParser.parseString(run("# A\n" + code("1") + code("int b = 2;")).json())
            .getAsJsonObject();

    assertEquals(4, file.get("nbformat").getAsInt());
    assertEquals(5, file.get("nbformat_minor").getAsInt());
    assertEquals(
        "batchnorm-lab",
        file.getAsJsonObject("metadata").getAsJsonObject("kernelspec").get("name").getAsString());
    List<JsonObject> cells =
        file.getAsJsonArray("cells").asList().stream().map(JsonElement::getAsJsonObject).toList();
    assertEquals(
        List.of("markdown", "code", "code"),
        cells.stream().map(cell -> cell.get("cell_type").getAsString()).toList());
    assertEquals(3, cells.stream().map(cell -> cell.get("id").getAsString()).distinct().count());
    assertFalse(cells.get(0).has("outputs"));
    assertEquals(2, cells.get(2).get("execution_count").getAsInt());
    JsonObject result = cells.get(1).getAsJsonArray("outputs").get(0).getAsJsonObject();
    assertEquals("execute_result", result.get("output_type").getAsString());
    assertEquals(1, result.get("execution_count").getAsInt());
  }

  @Test
  void aCellShowsWhatItPrintsAndTheValueThatItEndsWith() throws CellException {
    Notebook notebook =
        run(
            code("int a = 20;", "System.out.printf(\"%.1f%n\", a + 1.5);", "a + 1")
                + code("int twice(int n) {", "  return 2 * n;", "}", "", "int b = twice(a);")
                + code("b"));

    assertEquals("21.5\n", text(notebook, 0));
    assertEquals(2, notebook.cells().get(0).outputs().size());
    assertEquals(List.of(), notebook.cells().get(1).outputs());
    assertEquals("40", text(notebook, 2));
  }

  @Test
  void allCellsRunOnOneThread() throws CellException {
    Notebook notebook =
        run(
            code("Thread first = Thread.currentThread();")
                + code("System.out.println(first == Thread.currentThread());"));

    assertEquals("true\n", text(notebook, 1));
  }

  @Test
  void aPictureIsAnImageAndAFigureOfTheSameNumbers() throws CellException {
    JsonObject data =
        run(code(
                "new io.github.batchnormlab.report.Plot(\"epoch\", \"a, b's {c,}\")",
                "    .line(\"one\", \"#d92b2f\", new double[] {1, 0.25, 3e-7}).picture()"))
            .cells()
            .get(0)
            .outputs()
            .get(0)
            .getAsJsonObject("data");

    JsonObject trace =
        data.getAsJsonObject(Picture.PLOTLY).getAsJsonArray("data").get(0).getAsJsonObject();
    assertEquals("[\"1\",\"0.25\",\"3e-7\"]", trace.get("y").toString());
    assertTrue(data.getAsJsonObject(Picture.PLOTLY).toString().contains("{c,}"), "text is kept");
    assertTrue(data.get("image/png").getAsString().startsWith("iVBORw0KGgo"), "PNG in base64");
  }

  private static void assertFails(String why, String markdown) {
    CellException e = assertThrows(CellException.class, () -> run(markdown));
    assertTrue(
        e.getMessage().startsWith("Cell 2 fails: ") && e.getMessage().contains(why),
        e.getMessage());
  }

  @Test
  void aCellThatThrowsFails() {
    assertFails("/ by zero", "# A\n" + code("int a = 1 / 0;"));
  }

  @Test
  void aCellThatIsNoJavaFails() {
    assertFails("cannot find symbol", "# A\n" + code("int a = b;"));
    assertFails("incompatible types", "# A\n" + code("int a = \"one\";"));
    assertFails("within a statement", "# A\n" + code("int twice(int n) {"));
  }

  /** JShell would wait for the missing method to be declared later. */
  @Test
  void aMethodThatCallsWhatIsNotThereFails() {
    assertFails("missing", "# A\n" + code("int twice(int n) {", "  return missing(n);", "}"));
  }
}
