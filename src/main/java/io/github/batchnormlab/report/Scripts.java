package io.github.batchnormlab.report;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import tech.tablesaw.plotly.components.Figure;

/** The JavaScript of a report: Plotly.js itself and what Tablesaw writes for it. */
final class Scripts {
  private static final String PLOTLY =
      "/META-INF/resources/webjars/plotly.js-dist/2.35.3/plotly.js";

  private Scripts() {}

  private static String plotly;

  /**
   * Plotly.js, compressed by gzip and written in base64: 3.2 MB instead of 10.8. That takes most of
   * a second, once.
   */
  static synchronized String plotly() throws IOException {
    if (plotly == null) {
      plotly = compressedPlotly();
    }
    return plotly;
  }

  private static String compressedPlotly() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip =
            new GZIPOutputStream(bytes) {
              {
                def.setLevel(Deflater.BEST_COMPRESSION);
              }
            };
        InputStream in = open(PLOTLY)) {
      in.transferTo(zip);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  /**
   * The statements that define and draw a figure in the element {@code id}. They call {@code
   * Plotly.newPlot} and declare variables, so each figure's belong in a function of their own.
   */
  static String of(Figure figure, String id) {
    String script = figure.asJavascript(id).strip();
    String open = "<script>";
    String close = "</script>";
    if (!script.startsWith(open) || !script.endsWith(close)) {
      throw new IllegalStateException("Tablesaw's figure is not one script element.");
    }
    // Nothing inside may end the element that the statements will stand in.
    return script
        .substring(open.length(), script.length() - close.length())
        .replace("</", "<\\/")
        .replace("<!--", "<\\!--");
  }

  /**
   * A name that can stand in the templates of Tablesaw 0.44.4. They put it between quotes with only
   * HTML's characters escaped, which Plotly turns back, all but the double quote. So a backslash or
   * a line break would bend the literal, and a double quote would be shown as an entity.
   */
  static String literal(String name) {
    return name.replace("\\", "\\\\")
        .replace("\"", "\\x22")
        .replaceAll("[\\p{Cntrl}\\u2028\\u2029]", " ");
  }

  /** A text file beside this class. */
  static String resource(String name) throws IOException {
    try (InputStream in = open(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InputStream open(String name) throws IOException {
    InputStream in = Scripts.class.getResourceAsStream(name);
    if (in == null) {
      throw new FileNotFoundException("The class path lacks " + name + ".");
    }
    return in;
  }
}
