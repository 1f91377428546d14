package io.github.batchnormlab.notebook;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.batchnormlab.report.Picture;
import java.awt.image.BufferedImage;

/** Outputs of cells, as nbformat has them. */
final class Outputs {
  static final String PNG = "image/png";
  static final String TEXT = "text/plain";

  private Outputs() {}

  static JsonObject printed(String text) {
    var output = new JsonObject();
    output.addProperty("output_type", "stream");
    output.addProperty("name", "stdout");
    output.add("text", Notebook.lines(text));
    return output;
  }

  static JsonObject of(String text) {
    return result(TEXT, Notebook.lines(text));
  }

  static JsonObject of(BufferedImage image) {
    return result(PNG, new JsonPrimitive(Picture.png(image)));
  }

  /** Both: each reader takes the one of them that it can show best. */
  static JsonObject of(Picture picture) {
    JsonObject output = of(picture.image());
    output.getAsJsonObject("data").add(Picture.PLOTLY, picture.json());
    return output;
  }

  private static JsonObject result(String type, JsonElement content) {
    var data = new JsonObject();
    data.add(type, content);
    var output = new JsonObject();
    output.addProperty("output_type", "execute_result");
    output.addProperty("execution_count", 0); // Notebook knows it.
    output.add("metadata", new JsonObject());
    output.add("data", data);
    return output;
  }
}
