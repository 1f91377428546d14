package io.github.batchnormlab.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import tech.tablesaw.plotly.components.Figure;

/**
 * A figure to zoom, and the same as an image. A page that runs Plotly shows the figure; where no
 * script runs, as on sites that host code, there is the image.
 *
 * @param figure what Tablesaw has made
 * @param image what XChart has drawn
 */
public record Picture(Figure figure, BufferedImage image) {

  /** What Jupyter's applications call Plotly's figures. */
  public static final String PLOTLY = "application/vnd.plotly.v1+json";

  /** Text between quotes, or a comma with nothing between it and what closes its list. */
  private static final Pattern TEXT_OR_LAST_COMMA =
      Pattern.compile("(\"(?:\\\\.|[^\"\\\\])*\"|'(?:\\\\.|[^'\\\\])*')|,(?=\\s*[}\\]])");

  /** {@return the image, as PNG in base64} */
  public String png() {
    return png(image);
  }

  /**
   * {@return an image as PNG in base64}
   *
   * @param image the image
   */
  public static String png(BufferedImage image) {
    var bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  /**
   * {@return the figure in Plotly's JSON: its traces as {@code data}, and its {@code layout}}
   * Tablesaw 0.44.4 writes JavaScript, with names that are not quoted and commas too many.
   */
  public JsonObject json() {
    String script = Scripts.of(figure, "figure");
    var data = new JsonArray();
    for (int i = 0; i < figure.getTraces().length; i++) {
      data.add(value(script, "trace" + i));
    }
    var json = new JsonObject();
    json.add("data", data);
    json.add("layout", value(script, "layout"));
    return json;
  }

  private static JsonElement value(String script, String variable) {
    Matcher declared = Pattern.compile("var " + variable + "\\s*=\\s*").matcher(script);
    if (!declared.find()) {
      throw new IllegalStateException("Tablesaw's script declares no " + variable);
    }
    String value =
        TEXT_OR_LAST_COMMA
            .matcher(script.substring(declared.end()))
            .replaceAll(
                match -> match.group(1) == null ? "" : Matcher.quoteReplacement(match.group(1)));
    var reader = new JsonReader(new StringReader(value));
    reader.setStrictness(Strictness.LENIENT);
    return JsonParser.parseReader(reader);
  }
}
