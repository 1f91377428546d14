package io.github.batchnormlab.study;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads the result of a finished run back from its files. */
public final class RunReader {
  private final Path folder;

  private RunReader(Path folder) {
    this.folder = folder;
  }

  /**
   * Reads {@code run.json}, {@code losses.csv} and {@code diagnostics.csv}.
   *
   * @return the result, without the {@link Outcome outcomes}, which no file holds
   * @throws RunException if the folder or a file is missing or does not hold what it should
   */
  public static StudyResult read(Path folder) throws RunException {
    if (!Files.isDirectory(folder)) {
      throw new RunException(folder, Files.exists(folder) ? "is not a folder" : "does not exist");
    }
    return new RunReader(folder).read();
  }

  private StudyResult read() throws RunException {
    JsonObject run = json(folder.resolve("run.json"));
    Settings settings;
    Provenance provenance;
    Map<Arm, Double> seconds = new EnumMap<>(Arm.class);
    try {
      Map<String, String> options = new LinkedHashMap<>();
      for (Map.Entry<String, JsonElement> option : run.getAsJsonObject("settings").entrySet()) {
        options.put(option.getKey(), option.getValue().getAsString());
      }
      settings = Settings.fromOptions(options);
      provenance = provenance(run);
      for (Arm arm : settings.arms()) {
        JsonObject own = run.getAsJsonObject("arms").getAsJsonObject(arm.id());
        seconds.put(arm, own.get("seconds").getAsDouble());
      }
    } catch (SettingException e) {
      String reason = e.getMessage().replaceFirst("\\.$", "");
      throw new RunException(folder.resolve("run.json"), "has a bad setting: " + reason);
    } catch (RuntimeException e) { // Gson's own kinds, and what follows from a missing part.
      throw new RunException(folder.resolve("run.json"), "is not the record of a run");
    }
    return new StudyResult(
        settings, losses(settings, seconds), diagnostics(settings), List.of(), provenance);
  }

  private static Provenance provenance(JsonObject run) throws DateTimeException {
    JsonObject versions = run.getAsJsonObject("versions");
    return new Provenance(
        versions.get("batchnorm-lab").getAsString(),
        versions.get("djl").getAsString(),
        versions.get("pytorch").getAsString(),
        versions.get("java").getAsString(),
        run.get("operating_system").getAsString(),
        run.get("processor").getAsString(),
        run.get("device").getAsString(),
        run.get("threads").getAsInt(),
        run.get("command").getAsString(),
        Instant.parse(run.get("start").getAsString()),
        run.get("seconds").getAsDouble());
  }

  private static JsonObject json(Path file) throws RunException {
    try {
      return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    } catch (CharacterCodingException | JsonParseException | IllegalStateException e) {
      throw new RunException(file, "is not the record of a run");
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static RunException unreadable(Path file, IOException e) {
    return new RunException(file, "cannot be read (" + Messages.of(e) + ")");
  }

  private List<ArmResult> losses(Settings settings, Map<Arm, Double> seconds) throws RunException {
    Path file = folder.resolve("losses.csv");
    Map<Arm, double[][]> train = new EnumMap<>(Arm.class);
    Map<Arm, double[][]> test = new EnumMap<>(Arm.class);
    for (Arm arm : settings.arms()) {
      train.put(arm, new double[settings.replicas()][settings.epochs()]);
      test.put(arm, new double[settings.replicas()][settings.epochs()]);
    }
    long[] rows = {0};
    eachRow(
        file,
        "arm,replica,epoch,train_loss,test_loss",
        row -> {
          Arm arm = Arm.find(row[0]).orElseThrow();
          int replica = Integer.parseInt(row[1]);
          int epoch = Integer.parseInt(row[2]);
          train.get(arm)[replica][epoch] = Double.parseDouble(row[3]);
          test.get(arm)[replica][epoch] = Double.parseDouble(row[4]);
          rows[0]++;
        });
    long expected = (long) settings.arms().size() * settings.replicas() * settings.epochs();
    if (rows[0] != expected) {
      throw new RunException(file, "has " + rows[0] + " rows where " + expected + " belong");
    }
    return settings.arms().stream()
        .map(arm -> new ArmResult(arm, train.get(arm), test.get(arm), seconds.get(arm)))
        .toList();
  }

  private List<Diagnostic> diagnostics(Settings settings) throws RunException {
    List<Diagnostic> diagnostics = new ArrayList<>();
    eachRow(
        folder.resolve("diagnostics.csv"),
        "arm,replica,epoch,quantity,key,value",
        row ->
            diagnostics.add(
                new Diagnostic(
                    Arm.find(row[0]).filter(settings.arms()::contains).orElseThrow(),
                    Integer.parseInt(row[1]),
                    Integer.parseInt(row[2]),
                    Diagnostic.Quantity.valueOf(row[3].toUpperCase(Locale.ROOT)),
                    row[4],
                    Double.parseDouble(row[5]))));
    return diagnostics;
  }

  /** What is done with the cells of a row. Any runtime exception says that the row is bad. */
  @FunctionalInterface
  private interface RowReader {
    void read(String[] cells);
  }

  private static void eachRow(Path file, String head, RowReader reader) throws RunException {
    int columns = head.split(",").length;
    long number = 1;
    try (BufferedReader in = Files.newBufferedReader(file)) {
      if (!head.equals(in.readLine())) {
        throw new RunException(file, "does not begin with '" + head + "'");
      }
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        String[] cells = line.split(",", -1);
        if (cells.length != columns) {
          throw new RunException(file, "has a bad line " + number + ": '" + cut(line) + "'");
        }
        try {
          reader.read(cells);
        } catch (RuntimeException e) {
          throw new RunException(file, "has a bad line " + number + ": '" + cut(line) + "'");
        }
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static String cut(String line) {
    return line.length() <= 60 ? line : line.substring(0, 60) + "…";
  }
}
