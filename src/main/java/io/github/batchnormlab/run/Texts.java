package io.github.batchnormlab.run;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.batchnormlab.study.Options;
import io.github.batchnormlab.study.Settings;
import java.util.LinkedHashMap;
import java.util.Map;

/** What files of a run have in common, for those who write them and those who read them. */
final class Texts {
  /** The head of {@code losses.csv}. */
  static final String LOSSES = "arm,replica,epoch,train_loss,test_loss";

  /** The head of {@code diagnostics.csv}. */
  static final String DIAGNOSTICS = "arm,replica,epoch,quantity,key,value";

  private Texts() {}

  /** Settings as a JSON object of numbers, booleans and texts. */
  static JsonObject json(Settings settings) {
    JsonObject json = new JsonObject();
    settings.values().forEach((name, value) -> json.add(name, json(value)));
    return json;
  }

  private static JsonElement json(Object value) {
    if (value instanceof Number number) {
      return new JsonPrimitive(number);
    }
    if (value instanceof Boolean bool) {
      return new JsonPrimitive(bool);
    }
    String text = Options.text(value);
    // A list of one whole number, such as the units of one hidden layer, is a number.
    return text.matches("\\d{1,9}")
        ? new JsonPrimitive(Integer.valueOf(text))
        : new JsonPrimitive(text);
  }

  /**
   * Reads settings that {@link #json} wrote; one that was not written has its default.
   *
   * @throws io.github.batchnormlab.study.SettingException if a value makes no study
   * @throws RuntimeException of Gson's if a value is no number, boolean or text
   */
  static Settings settings(JsonObject json) {
    Map<String, String> texts = new LinkedHashMap<>();
    json.entrySet().forEach(entry -> texts.put(entry.getKey(), entry.getValue().getAsString()));
    return Settings.parse(texts);
  }
}
