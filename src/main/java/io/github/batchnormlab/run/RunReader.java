package io.github.batchnormlab.run;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.ArmResult;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Diagnostic;
import io.github.batchnormlab.study.Metric;
import io.github.batchnormlab.study.Outcome;
import io.github.batchnormlab.study.Plain;
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
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the result of a finished run back from its files. */
public final class RunReader {
  /** In characters; a value of any length may stand in it. */
  private static final int LONGEST_REASON = 500;

  /** How much of a line is shown, in characters. */
  private static final int LONGEST_LINE = 60;

  private final Path folder;

  private RunReader(Path folder) {
    this.folder = folder;
  }

  /**
   * Reads {@code run.json}, {@code losses.csv} and {@code diagnostics.csv}.
   *
   * @param folder the run's
   * @return the result, without the {@link Outcome outcomes}, which no file holds
   * @throws RunException if the folder or a file is missing or does not hold what it should, or the
   *     files take more memory than there is
   */
  public static StudyResult read(Path folder) throws RunException {
    try {
      return new RunReader(folder).read();
    } catch (OutOfMemoryError e) { // How much a file takes is not known before it is read.
      throw new RunException(folder, "needs more memory to be read than Java may take, see -Xmx");
    }
  }

  private StudyResult read() throws RunException {
    JsonObject run = json(folder);
    Settings settings;
    Provenance provenance;
    boolean isFinished;
    Optional<DataFacts> data;
    Map<Arm, Double> seconds = new HashMap<>();
    try {
      settings = Texts.settings(run.getAsJsonObject("settings"));
      isFinished = run.get("finished").getAsBoolean();
      provenance = provenance(run);
      data = Texts.facts(run, settings);
      for (Arm arm : settings.net().arms()) {
        JsonObject own = run.getAsJsonObject("arms").getAsJsonObject(arm.id());
        seconds.put(arm, own.get("seconds").getAsDouble());
      }
    } catch (SettingException e) {
      String reason = e.getMessage().replaceFirst("\\.$", "");
      throw new RunException(
          folder.resolve("run.json"), "has a bad setting: " + Plain.cut(reason, LONGEST_REASON));
    } catch (RuntimeException e) { // Gson's own kinds, and what follows from a missing part.
      throw new RunException(folder.resolve("run.json"), "is not the record of a run");
    }
    if (!isFinished) {
      throw new RunException(folder, "is a run that was interrupted: finish it with resume");
    }
    return new StudyResult(
        settings,
        losses(settings, data, seconds),
        diagnostics(settings),
        List.of(),
        provenance,
        data);
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

  /** The record of a run as it stands in the folder. */
  static JsonObject json(Path folder) throws RunException {
    if (!Files.isDirectory(folder)) {
      throw new RunException(folder, Files.exists(folder) ? "is not a folder" : "does not exist");
    }
    Path file = folder.resolve("run.json");
    if (Files.notExists(file)) {
      throw new RunException(folder, "is not the folder of a run, because it has no run.json");
    }
    try {
      return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    } catch (CharacterCodingException | JsonParseException | IllegalStateException e) {
      throw new RunException(file, "is not the record of a run");
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static RunException unreadable(Path file, IOException e) {
    return new RunException(file, "cannot be read (" + Messages.of(e, file) + ")");
  }

  private List<ArmResult> losses(
      Settings settings, Optional<DataFacts> data, Map<Arm, Double> seconds) throws RunException {
    Path file = folder.resolve("losses.csv");
    int measured = data.map(facts -> facts.metrics().size()).orElse(0);
    String tooLarge = MemoryNeed.whyNotToRead(settings, measured);
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
          Arm arm = settings.net().arm(row[0]).orElseThrow();
          Losses replica = losses.get(arm)[Integer.parseInt(row[1])];
          if (Integer.parseInt(row[2]) != replica.epoch() || replica.isEnd()) {
            throw new IllegalArgumentException("the epochs of a replica come one after the other");
          }
          double[] train = {Double.parseDouble(row[3])};
          double[] test = {Double.parseDouble(row[4])};
          replica.add(train, 1, test, 1);
        });
    Map<Arm, int[]> epochs = new HashMap<>();
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
      epochs.put(arm, Stream.of(replicas).mapToInt(Losses::epoch).toArray());
    }
    Map<Arm, Map<Metric, double[][]>> metrics =
        data.isPresent()
            ? new MetricsFile(folder, data.get())
                .read(settings.net().arms(), epochs, settings.fit().epochs())
            : Map.of();
    List<ArmResult> results = new ArrayList<>();
    for (Arm arm : settings.net().arms()) {
      Losses[] replicas = losses.get(arm);
      results.add(
          new ArmResult(
              arm,
              Stream.of(replicas).map(replica -> replica.train()[0]).toArray(double[][]::new),
              Stream.of(replicas).map(replica -> replica.test()[0]).toArray(double[][]::new),
              epochs.get(arm),
              seconds.get(arm),
              metrics.getOrDefault(arm, Map.of())));
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
                    settings.net().arm(row[0]).orElseThrow(),
                    Objects.checkIndex(Integer.parseInt(row[1]), settings.fit().replicas()),
                    Objects.checkIndex(Integer.parseInt(row[2]), settings.fit().epochs()),
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
          throw badLine(file, number, line);
        }
        try {
          reader.read(cells);
        } catch (RuntimeException e) {
          throw badLine(file, number, line);
        }
      }
    } catch (CharacterCodingException e) {
      throw new RunException(file, "is no CSV file in UTF-8");
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static RunException badLine(Path file, long number, String line) {
    String shown = Plain.cut(line, LONGEST_LINE);
    return new RunException(file, "has a bad line " + number + ": '" + shown + "'");
  }
}
