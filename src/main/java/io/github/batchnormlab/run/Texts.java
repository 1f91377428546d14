package io.github.batchnormlab.run;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.batchnormlab.study.Options;
import io.github.batchnormlab.study.Session;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Versions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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

  /** Versions as a JSON object. */
  static JsonObject json(Versions versions) {
    JsonObject json = new JsonObject();
    json.addProperty("batchnorm-lab", versions.project());
    json.addProperty("djl", versions.djl());
    json.addProperty("pytorch", versions.pyTorch());
    json.addProperty("java", versions.java());
    return json;
  }

  /** Reads versions that {@link #json(Versions)} wrote. */
  static Versions versions(JsonObject json) {
    return new Versions(
        json.get("batchnorm-lab").getAsString(),
        json.get("djl").getAsString(),
        json.get("pytorch").getAsString(),
        json.get("java").getAsString());
  }

  /** Sessions as a JSON array. */
  static JsonArray json(List<Session> sessions) {
    JsonArray all = new JsonArray();
    for (Session session : sessions) {
      JsonObject json = new JsonObject();
      json.addProperty("start", session.start().toString());
      json.add("versions", json(session.versions()));
      json.addProperty("device", session.device());
      json.add("from", json(session.from()));
      json.add("to", json(session.to()));
      all.add(json);
    }
    return all;
  }

  private static JsonObject json(Session.Epochs epochs) {
    JsonObject json = new JsonObject();
    json.addProperty("fewest_epochs", epochs.fewest());
    json.addProperty("most_epochs", epochs.most());
    json.addProperty("all_epochs", epochs.all());
    return json;
  }

  /**
   * Reads sessions that {@link #json(List)} wrote.
   *
   * @param json null in a file from before there were sessions, which then has none
   */
  static List<Session> sessions(JsonElement json) {
    List<Session> sessions = new ArrayList<>();
    if (json != null) {
      for (JsonElement element : json.getAsJsonArray()) {
        JsonObject session = element.getAsJsonObject();
        sessions.add(
            new Session(
                Instant.parse(session.get("start").getAsString()),
                versions(session.getAsJsonObject("versions")),
                session.get("device").getAsString(),
                epochs(session.getAsJsonObject("from")),
                epochs(session.getAsJsonObject("to"))));
      }
    }
    return sessions;
  }

  private static Session.Epochs epochs(JsonObject json) {
    return new Session.Epochs(
        json.get("fewest_epochs").getAsInt(),
        json.get("most_epochs").getAsInt(),
        json.get("all_epochs").getAsLong());
  }
}
