package io.github.batchnormlab.notebook;

import com.google.gson.FormattingStyle;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A notebook: text and code in turn. It is written as Markdown, in which each fenced block of Java
 * is a cell of code and what stands between two of them a cell of text; with its outputs it is a
 * file of Jupyter's, <a href="https://nbformat.readthedocs.io">nbformat</a> 4.5.
 *
 * @param cells the cells, in order
 */
public record Notebook(List<Cell> cells) {

  /** The name of the kernel that opens it in Jupyter, see {@link Kernel}. */
  static final String KERNEL = "batchnorm-lab";

  static final String DISPLAY_NAME = "Java (BatchNorm Lab)";

  private static final Pattern JAVA =
      Pattern.compile("^```java\\R(.*?)^```[ ]*$", Pattern.MULTILINE | Pattern.DOTALL);

  private static final Gson JSON =
      new GsonBuilder()
          .setFormattingStyle(FormattingStyle.PRETTY.withIndent(" ")) // as Jupyter does
          .disableHtmlEscaping()
          .create();

  /**
   * One cell.
   *
   * @param isCode whether it is code, and not text
   * @param source the code, or the text in Markdown
   * @param outputs what the code has given, as nbformat has it; none of text
   */
  public record Cell(boolean isCode, String source, List<JsonObject> outputs) {}

  /**
   * {@return a notebook without outputs}
   *
   * @param markdown its source
   */
  public static Notebook ofMarkdown(String markdown) {
    List<Cell> cells = new ArrayList<>();
    Matcher block = JAVA.matcher(markdown);
    int end = 0;
    while (block.find()) {
      addText(cells, markdown.substring(end, block.start()));
      cells.add(new Cell(true, block.group(1).stripTrailing(), List.of()));
      end = block.end();
    }
    addText(cells, markdown.substring(end));
    return new Notebook(cells);
  }

  private static void addText(List<Cell> cells, String text) {
    if (!text.isBlank()) {
      cells.add(new Cell(false, text.strip(), List.of()));
    }
  }

  /**
   * {@return the notebook in a file of Jupyter's}
   *
   * @param json the file's text
   */
  public static Notebook ofJson(String json) {
    List<Cell> cells = new ArrayList<>();
    for (JsonElement element :
        JsonParser.parseString(json).getAsJsonObject().getAsJsonArray("cells")) {
      JsonObject cell = element.getAsJsonObject();
      List<JsonObject> outputs = new ArrayList<>();
      if (cell.has("outputs")) {
        cell.getAsJsonArray("outputs").forEach(output -> outputs.add(output.getAsJsonObject()));
      }
      cells.add(
          new Cell(
              cell.get("cell_type").getAsString().equals("code"),
              text(cell.get("source")),
              outputs));
    }
    return new Notebook(cells);
  }

  /**
   * {@return a text of nbformat's, which is one or a list of its lines}
   *
   * @param json the text
   */
  public static String text(JsonElement json) {
    return json.isJsonArray()
        ? json.getAsJsonArray().asList().stream()
            .map(JsonElement::getAsString)
            .collect(Collectors.joining())
        : json.getAsString();
  }

  /** A text as a list of lines, each with its end: so that a change of one line is one in Git. */
  static JsonArray lines(String text) {
    var lines = new JsonArray();
    for (String line : text.split("(?<=\n)")) {
      lines.add(line);
    }
    return lines;
  }

  /** {@return the notebook as a file of Jupyter's} */
  public String json() {
    var kernel = new JsonObject();
    kernel.addProperty("display_name", DISPLAY_NAME);
    kernel.addProperty("language", "java");
    kernel.addProperty("name", KERNEL);
    var language = new JsonObject();
    language.addProperty("name", "java");
    language.addProperty("file_extension", ".java");
    language.addProperty("mimetype", "text/x-java-source");
    var metadata = new JsonObject();
    metadata.add("kernelspec", kernel);
    metadata.add("language_info", language);
    var all = new JsonArray();
    int executed = 0;
    for (Cell cell : cells) {
      executed += cell.isCode ? 1 : 0;
      all.add(json(cell, all.size() + 1, executed));
    }
    var notebook = new JsonObject();
    notebook.add("cells", all);
    notebook.add("metadata", metadata);
    notebook.addProperty("nbformat", 4);
    notebook.addProperty("nbformat_minor", 5);
    return JSON.toJson(notebook) + "\n";
  }

  private static JsonObject json(Cell cell, int number, int executed) {
    var json = new JsonObject();
    json.addProperty("cell_type", cell.isCode ? "code" : "markdown");
    json.addProperty("id", "cell-" + number);
    json.add("metadata", new JsonObject());
    json.add("source", lines(cell.source));
    if (cell.isCode) {
      json.addProperty("execution_count", executed);
      var outputs = new JsonArray();
      for (JsonObject output : cell.outputs) {
        JsonObject own = output.deepCopy();
        if (own.has("execution_count")) {
          own.addProperty("execution_count", executed);
        }
        outputs.add(own);
      }
      json.add("outputs", outputs);
    }
    return json;
  }
}
