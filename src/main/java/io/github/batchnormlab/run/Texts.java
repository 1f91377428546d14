package io.github.batchnormlab.run;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.batchnormlab.study.ColumnFacts;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Options;
import io.github.batchnormlab.study.Session;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Task;
import io.github.batchnormlab.study.Versions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  /** A setting's value as a JSON number, boolean or text. */
  static JsonElement json(Object value) {
    if (value instanceof Number number) {
      return new JsonPrimitive(number);
    }
    if (value instanceof Boolean bool) {
      return new JsonPrimitive(bool);
    }
    String text = Options.text(value);
    // A list of one whole number, such as the units of one hidden layer, is a number. A name, such
    // as that of the column 007, is none.
    return !(value instanceof String) && text.matches("\\d{1,9}")
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

  /**
   * A text as a cell of a CSV file. One that a spreadsheet would take for a formula gets an
   * apostrophe before it.
   */
  static String cell(String text) {
    return quoted(safe(text), ',');
  }

  /** A text that no spreadsheet takes for a formula. */
  static String safe(String text) {
    boolean isFormula = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
    return isFormula && !isNumber(text) ? "'" + text : text;
  }

  /** A text as a cell between delimiters: in quotes where it would else not come back as it was. */
  static String quoted(String text, char delimiter) {
    boolean isPlain =
        !text.isEmpty()
            && text.chars().noneMatch(c -> c == delimiter || "\"\r\n".indexOf(c) >= 0)
            && text.equals(text.strip());
    return isPlain || text.isEmpty() ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  private static boolean isNumber(String text) {
    return text.matches("[+-]?(\\d++(\\.\\d*+)?+|\\.\\d++)([eE][+-]?\\d++)?+");
  }

  /** Texts as a JSON array. */
  static JsonArray strings(List<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }

  /**
   * Reads what {@link #strings(List)} wrote.
   *
   * @param json null for none
   */
  static List<String> strings(JsonElement json) {
    List<String> texts = new ArrayList<>();
    if (json != null) {
      json.getAsJsonArray().forEach(element -> texts.add(element.getAsString()));
    }
    return texts;
  }

  /** What was found of a table, as a JSON object. */
  static JsonObject json(DataFacts facts) {
    JsonObject json = new JsonObject();
    json.addProperty("name", facts.name());
    json.addProperty("test_name", facts.testName());
    json.add("sha256", strings(facts.sums()));
    json.addProperty("task", facts.task().toString());
    json.addProperty("train_rows", facts.trainRows());
    json.addProperty("test_rows", facts.testRows());
    json.addProperty("dropped_rows", facts.droppedRows());
    json.addProperty("inputs", facts.inputs());
    json.add("classes", strings(facts.classes()));
    JsonArray columns = new JsonArray();
    for (ColumnFacts column : facts.columns()) {
      JsonObject each = new JsonObject();
      each.addProperty("name", column.name());
      each.addProperty("role", column.isTarget() ? "target" : "feature");
      each.addProperty("kind", column.isText() ? "text" : "numbers");
      each.addProperty("categories", column.categories());
      each.addProperty("missing", column.missing());
      columns.add(each);
    }
    json.add("columns", columns);
    json.add("warnings", strings(facts.warnings()));
    return json;
  }

  /** What the record of a run says of its table; empty if it has none. */
  static Optional<DataFacts> facts(JsonObject run, Settings settings) {
    return settings.hasData() ? Optional.of(facts(run.getAsJsonObject("data"))) : Optional.empty();
  }

  /**
   * Reads what {@link #json(DataFacts)} wrote.
   *
   * @throws RuntimeException if it is not that
   */
  static DataFacts facts(JsonObject json) {
    List<ColumnFacts> columns = new ArrayList<>();
    for (JsonElement element : json.getAsJsonArray("columns")) {
      JsonObject column = element.getAsJsonObject();
      columns.add(
          new ColumnFacts(
              column.get("name").getAsString(),
              column.get("role").getAsString().equals("target"),
              column.get("kind").getAsString().equals("text"),
              column.get("categories").getAsInt(),
              column.get("missing").getAsLong()));
    }
    if (columns.stream().noneMatch(ColumnFacts::isTarget)) {
      throw new IllegalArgumentException("no column is learned");
    }
    return new DataFacts(
        json.get("name").getAsString(),
        json.get("test_name").getAsString(),
        strings(json.get("sha256")),
        Task.of(json.get("task").getAsString()),
        json.get("train_rows").getAsInt(),
        json.get("test_rows").getAsInt(),
        json.get("dropped_rows").getAsLong(),
        columns,
        json.get("inputs").getAsInt(),
        strings(json.get("classes")),
        strings(json.get("warnings")));
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
