package io.github.batchnormlab.notebook;

import com.google.gson.JsonObject;
import io.github.batchnormlab.notebook.Notebook.Cell;
import io.github.batchnormlab.report.NotebookTemplate;
import io.github.batchnormlab.report.Picture;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * The export of a notebook: one page that looks like the reports, to read without a network, with
 * Plotly and KaTeX in it. Its first cell is the heading and the lead.
 */
final class Export {
  private static final String KATEX = "/META-INF/resources/webjars/katex/0.18.11/dist/";

  private static final Pattern FONT = Pattern.compile("src:url\\(fonts/([\\w-]+\\.woff2)\\)[^}]*");

  /** A formula that stands alone, or one within a line. */
  private static final Pattern FORMULA =
      Pattern.compile("\\$\\$(.+?)\\$\\$|\\$(\\S(?:[^$\\n]*\\S)?)\\$", Pattern.DOTALL);

  /** Stands for a formula while Markdown is read, which would take its underscores for emphasis. */
  private static final Pattern PLACE = Pattern.compile("\ue000(\\d+)\ue001");

  private static final Pattern HEADING = Pattern.compile("<h2>(.*?)</h2>");

  private static final Pattern PLOTLY =
      Pattern.compile("(<script type=\"text/plain\" id=\"plotly-gzip\">)([^<]*)");

  private static final Pattern JAVA =
      Pattern.compile(
          "(?<comment>//[^\\n]*|/\\*.*?\\*/)"
              + "|(?<text>\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])+')"
              + "|(?<word>\\b(?:abstract|boolean|break|byte|case|catch|char|class|continue|default|do"
              + "|double|else|enum|extends|final|finally|float|for|if|implements|import|instanceof"
              + "|int|interface|long|new|null|package|private|protected|public|record|return|short"
              + "|static|super|switch|this|throw|throws|true|false|try|var|void|while)\\b)"
              + "|(?<number>\\b\\d[\\d_]*(?:\\.\\d+)?(?:[eE][-+]?\\d+)?)"
              + "|(?<note>@\\w+)",
          Pattern.DOTALL);

  private final Parser parser =
      Parser.builder().extensions(List.of(TablesExtension.create())).build();
  private final HtmlRenderer renderer =
      HtmlRenderer.builder().extensions(List.of(TablesExtension.create())).build();

  private final List<Map<String, String>> contents = new ArrayList<>();
  private final List<Map<String, String>> figures = new ArrayList<>();

  private Export() {}

  /**
   * {@return the page of a notebook, the same for the same notebook}
   *
   * @param notebook the notebook
   * @throws IOException if the class path lacks what belongs into the page
   */
  static String of(Notebook notebook) throws IOException {
    return new Export().render(notebook.cells());
  }

  /**
   * {@return whether a page is that of a notebook} Plotly may be compressed in another way: that
   * depends on Java.
   *
   * @param notebook the notebook
   * @param page the page
   * @throws IOException if the class path lacks what belongs into the page
   */
  static boolean isOf(Notebook notebook, String page) throws IOException {
    String own = of(notebook);
    return page.equals(own) || unpacked(page).equals(unpacked(own));
  }

  private static String unpacked(String page) throws IOException {
    Matcher packed = PLOTLY.matcher(page);
    if (!packed.find()) {
      return page;
    }
    try (var in =
        new GZIPInputStream(
            new ByteArrayInputStream(Base64.getDecoder().decode(packed.group(2).strip())))) {
      return page.substring(0, packed.start(2))
          + new String(in.readAllBytes(), StandardCharsets.UTF_8)
          + page.substring(packed.end(2));
    } catch (IllegalArgumentException | IOException e) { // Not what was packed.
      return page;
    }
  }

  private String render(List<Cell> cells) throws IOException {
    String head = cells.get(0).source();
    String title = head.lines().findFirst().orElse("").replaceFirst("^# ", "");
    String lead = head.substring(head.indexOf('\n') + 1);
    StringBuilder body = new StringBuilder(text(lead));
    for (Cell cell : cells.subList(1, cells.size())) {
      body.append(cell.isCode() ? code(cell) : text(cell.source())).append('\n');
    }
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("title", title);
    values.put("contents", contents);
    values.put("body", body.toString());
    values.put("katexCss", katexCss());
    values.put("katex", script(resource("katex.min.js")));
    values.put("katexVersion", KATEX.replaceAll(".*katex/(.*)/dist/", "$1"));
    values.put("shapes", figures);
    return NotebookTemplate.render(values);
  }

  private String text(String markdown) {
    List<String> formulas = new ArrayList<>();
    String marked =
        FORMULA
            .matcher(markdown)
            .replaceAll(
                match -> {
                  formulas.add(formula(match));
                  return "\ue000" + (formulas.size() - 1) + "\ue001";
                });
    String html = renderer.render(parser.parse(marked));
    html = html.replace("<table>", "<div class=\"scroll\" tabindex=\"0\"><table>");
    html = html.replace("</table>", "</table></div>");
    html = PLACE.matcher(html).replaceAll(match -> place(formulas, match));
    return HEADING.matcher(html).replaceAll(match -> Matcher.quoteReplacement(heading(match)));
  }

  private static String place(List<String> formulas, MatchResult match) {
    return Matcher.quoteReplacement(formulas.get(Integer.parseInt(match.group(1))));
  }

  private static String formula(MatchResult match) {
    return match.group(1) != null
        ? "<span class=\"formula\" data-display>" + escaped(match.group(1).strip()) + "</span>"
        : "<span class=\"formula\">" + escaped(match.group(2)) + "</span>";
  }

  private String heading(MatchResult match) {
    String id = "section-" + (contents.size() + 1);
    contents.add(Map.of("id", id, "name", match.group(1)));
    return "<h2 id=\"" + id + "\">" + match.group(1) + "</h2>";
  }

  private String code(Cell cell) {
    var html = new StringBuilder("<div class=\"cell\">\n<pre class=\"code\" tabindex=\"0\"><code>");
    html.append(coloured(cell.source())).append("</code></pre>\n");
    for (JsonObject output : cell.outputs()) {
      html.append(output(output));
    }
    return html.append("</div>").toString();
  }

  private String output(JsonObject output) {
    if (output.has("text")) {
      return printed(Notebook.text(output.get("text")));
    }
    JsonObject data = output.getAsJsonObject("data");
    if (!data.has("image/png")) {
      return printed(Notebook.text(data.get("text/plain")));
    }
    String png = data.get("image/png").getAsString();
    if (!data.has(Picture.PLOTLY)) {
      return "<figure>" + image("Figure", png) + "</figure>\n";
    }
    String id = "figure-" + (figures.size() + 1);
    JsonObject figure = data.getAsJsonObject(Picture.PLOTLY);
    JsonObject layout = figure.getAsJsonObject("layout");
    figures.add(
        Map.of(
            "id", id,
            "data", script(figure.get("data").toString()),
            "layout", script(layout.toString())));
    // Until the figure is drawn, and where no script runs, there is the image.
    return "<figure><div class=\"plot\" id=\""
        + id
        + "\">"
        + image("Figure: " + title(layout, "yaxis") + " against " + title(layout, "xaxis"), png)
        + "<p class=\"plot-message\"></p></div></figure>\n";
  }

  private static String title(JsonObject layout, String axis) {
    return layout.getAsJsonObject(axis).get("title").getAsString();
  }

  private static String image(String what, String png) {
    return "<img alt=\""
        + escaped(what).replace("\"", "&quot;")
        + "\" src=\"data:image/png;base64,"
        + png
        + "\">";
  }

  private static String printed(String text) {
    return "<pre class=\"printed\" tabindex=\"0\">" + escaped(text.stripTrailing()) + "</pre>\n";
  }

  private static String coloured(String code) {
    var html = new StringBuilder();
    Matcher token = JAVA.matcher(code);
    int end = 0;
    while (token.find()) {
      html.append(escaped(code.substring(end, token.start())));
      for (String kind : List.of("comment", "text", "word", "number", "note")) {
        if (token.group(kind) != null) {
          html.append("<span class=\"").append(kind).append("\">");
          html.append(escaped(token.group())).append("</span>");
        }
      }
      end = token.end();
    }
    return html.append(escaped(code.substring(end))).toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** Nothing inside may end the element that a script stands in. */
  private static String script(String script) {
    return script.replace("</", "<\\/").replace("<!--", "<\\!--");
  }

  /** With its fonts in it, in the format that all browsers read. */
  private static String katexCss() throws IOException {
    String css = new String(bytes("katex.min.css"), StandardCharsets.UTF_8);
    Matcher font = FONT.matcher(css);
    var whole = new StringBuilder();
    while (font.find()) {
      font.appendReplacement(
          whole,
          "src:url(data:font/woff2;base64,"
              + Matcher.quoteReplacement(
                  Base64.getEncoder().encodeToString(bytes("fonts/" + font.group(1))))
              + ") format(\"woff2\")");
    }
    return font.appendTail(whole).toString();
  }

  private static String resource(String name) throws IOException {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = Export.class.getResourceAsStream(KATEX + name)) {
      if (in == null) {
        throw new FileNotFoundException("The class path lacks KaTeX's " + name + ".");
      }
      return in.readAllBytes();
    }
  }
}
