package io.github.batchnormlab.run;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.Diagnostic;
import io.github.batchnormlab.study.Outcome;
import io.github.batchnormlab.study.Provenance;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import io.github.batchnormlab.train.Losses;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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
    boolean isFinished;
    Map<Arm, Double> seconds = new HashMap<>();
    try {
      settings = Texts.settings(run.getAsJsonObject("settings"));
      isFinished = run.get("finished").getAsBoolean();
      provenance = provenance(run);
      for (Arm arm : settings.net().arms()) {
        JsonObject own = run.getAsJsonObject("arms").getAsJsonObject(arm.id());
        seconds.put(arm, own.get("seconds").getAsDouble());
      }
    } catch (SettingException e) {
      String reason = e.getMessage().replaceFirst("\\.$", "");
      throw new RunException(folder.resolve("run.json"), "has a bad setting: " + reason);
    } catch (RuntimeException e) { // Gson's own kinds, and what follows from a missing part.
      throw new RunException(folder.resolve("run.json"), "is not the record of a run");
    }
    if (!isFinished) {
      throw new RunException(folder, "is a run that was interrupted: finish it with resume");
    }
    return new StudyResult(
        settings, losses(settings, seconds), diagnostics(settings), List.of(), provenance);
  }

  private static Provenance provenance(JsonObject run) throws DateTimeException {
    return new Provenance(
        Texts.versions(run.getAsJsonObject("versions")),
        run.get("operating_system").getAsString(),
        run.get("processor").getAsString(),
        run.get("device").getAsString(),
        run.get("threads").getAsInt(),
        run.get("command").getAsString(),
        Instant.parse(run.get("start").getAsString()),
        run.get("seconds").getAsDouble(),
        Texts.sessions(run.get("sessions")));
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
    String tooLarge = MemoryNeed.whyNotToRead(settings);
    if (!tooLarge.isEmpty()) {
      throw new RunException(folder, tooLarge);
    }
    Map<Arm, Losses[]> losses = new HashMap<>();
    for (Arm arm : settings.net().arms()) {
      Losses[] replicas = new Losses[settings.fit().replicas()];
      Arrays.setAll(replicas, i -> new Losses(1, settings.fit().epochs()));
      losses.put(arm, replicas);
    }
    eachRow(
        file,
        Texts.LOSSES,
        row -> {
          Losses replica = losses.get(Arm.find(row[0]).orElseThrow())[Integer.parseInt(row[1])];
          if (Integer.parseInt(row[2]) != replica.epoch() || replica.isEnd()) {
            throw new IllegalArgumentException("the epochs of a replica come one after the other");
          }
          double[] train = {Double.parseDouble(row[3])};
          double[] test = {Double.parseDouble(row[4])};
          replica.add(train, 1, test, 1);
        });
    List<ArmResult> results = new ArrayList<>();
    for (Arm arm : settings.net().arms()) {
      Losses[] replicas = losses.get(arm);
      for (int i = 0; i < replicas.length; i++) {
        if (!replicas[i].isEnd()) {
          throw new RunException(
              file,
              "has "
                  + replicas[i].epoch()
                  + " of "
                  + settings.fit().epochs()
                  + " epochs of "
                  + arm
                  + ", replica "
                  + i);
        }
      }
      results.add(
          new ArmResult(
              arm,
              Stream.of(replicas).map(replica -> replica.train()[0]).toArray(double[][]::new),
              Stream.of(replicas).map(replica -> replica.test()[0]).toArray(double[][]::new),
              Stream.of(replicas).mapToInt(Losses::epoch).toArray(),
              seconds.get(arm)));
    }
    return results;
  }

  private List<Diagnostic> diagnostics(Settings settings) throws RunException {
    List<Diagnostic> diagnostics = new ArrayList<>();
    eachRow(
        folder.resolve("diagnostics.csv"),
        Texts.DIAGNOSTICS,
        row ->
            diagnostics.add(
                new Diagnostic(
                    Arm.find(row[0]).filter(settings.net().arms()::contains).orElseThrow(),
                    Integer.parseInt(row[1]),
                    Integer.parseInt(row[2]),
                    Diagnostic.Quantity.of(row[3]),
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
