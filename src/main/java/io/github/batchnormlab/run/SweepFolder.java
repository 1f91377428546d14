package io.github.batchnormlab.run;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.batchnormlab.study.CellResult;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.StudyResult;
import io.github.batchnormlab.study.Sweep;
import io.github.batchnormlab.study.Varied;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The folder of a sweep: {@code sweep.json} says what its cells are, and each cell has below it the
 * folder of an ordinary run. What has become of a cell is told by that folder alone. As long as it
 * is open, no other process can use it.
 */
public final class SweepFolder implements AutoCloseable {
  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private static final String FILE = "sweep.json";

  private static final String CELLS = "cells";

  private static final String SAMPLE_SEED = "sample_seed";

  private final RunFolder folder;

  private SweepFolder(RunFolder folder) {
    this.folder = folder;
  }

  /**
   * {@return whether a folder is that of a sweep}
   *
   * @param path the folder
   */
  public static boolean isAt(Path path) {
    return Files.exists(path.resolve(FILE));
  }

  /**
   * Makes the folder of a new sweep.
   *
   * @param path the folder, or null for one that is named by the time
   * @param sweep what its cells are
   * @param command what repeats it, for the record
   * @return the folder
   * @throws SettingException if it is not new and not empty, or cannot be written
   */
  public static SweepFolder create(Path path, Sweep sweep, String command) {
    RunFolder made = RunFolder.createOrNew(path);
    SweepFolder folder = new SweepFolder(made);
    try {
      folder.write(sweep, command);
      return folder;
    } catch (IOException e) {
      made.takeBack();
      throw new SettingException(
          "output", made.path(), "must be a folder that can be written (" + Messages.of(e) + ")");
    }
  }

  /**
   * Opens the folder of a sweep that is to go on.
   *
   * @param path the folder
   * @return the folder
   * @throws SettingException if another process uses it, or it cannot be written
   */
  public static SweepFolder open(Path path) {
    return new SweepFolder(RunFolder.reopen(path));
  }

  /** {@return the folder} */
  public Path path() {
    return folder.path();
  }

  /**
   * Writes what the cells are.
   *
   * @param sweep the sweep
   * @param command what repeats it, for the record
   * @throws IOException if it cannot be written
   */
  public void write(Sweep sweep, String command) throws IOException {
    JsonObject json = new JsonObject();
    JsonObject base = new JsonObject();
    sweep.base().forEach((name, value) -> base.add(name, Texts.json(value)));
    json.add("settings", base);
    JsonObject varied = new JsonObject();
    sweep.varied().forEach(each -> varied.add(each.name(), Texts.strings(each.values())));
    json.add("varied", varied);
    sweep.sampleSeed().ifPresent(seed -> json.addProperty(SAMPLE_SEED, seed));
    json.addProperty("command", command);
    JsonArray cells = new JsonArray();
    for (Sweep.Cell cell : sweep.cells()) {
      JsonObject values = new JsonObject();
      cell.values().forEach(values::addProperty);
      JsonObject each = new JsonObject();
      each.addProperty("folder", cell.folder());
      each.add("settings", values);
      cells.add(each);
    }
    json.add("cells", cells);
    WholeFile.text(path().resolve(FILE), out -> out.write(JSON.toJson(json) + "\n"));
  }

  /**
   * Reads what the cells are.
   *
   * @return the sweep
   * @throws RunException if the file does not say it
   */
  public Sweep sweep() throws RunException {
    Path file = path().resolve(FILE);
    try {
      JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      List<Varied> varied = new ArrayList<>();
      for (Map.Entry<String, JsonElement> each : json.getAsJsonObject("varied").entrySet()) {
        varied.add(new Varied(each.getKey(), Texts.strings(each.getValue())));
      }
      List<Sweep.Cell> cells = new ArrayList<>();
      for (JsonElement each : json.getAsJsonArray("cells")) {
        cells.add(cell(json.getAsJsonObject("settings"), each.getAsJsonObject()));
      }
      OptionalInt seed =
          json.has(SAMPLE_SEED)
              ? OptionalInt.of(json.get(SAMPLE_SEED).getAsInt())
              : OptionalInt.empty();
      return new Sweep(varied, seed, cells);
    } catch (IOException e) {
      throw RunReader.unreadable(file, e);
    } catch (SettingException e) {
      throw new RunException(file, "has a bad setting: " + e.getMessage().replaceFirst("\\.$", ""));
    } catch (RuntimeException e) { // Gson's own kinds, and what follows from a missing part.
      throw new RunException(file, "is not the record of a sweep");
    }
  }

  private static Sweep.Cell cell(JsonObject base, JsonObject cell) {
    Map<String, String> values = new LinkedHashMap<>();
    cell.getAsJsonObject("settings")
        .entrySet()
        .forEach(value -> values.put(value.getKey(), value.getValue().getAsString()));
    Map<String, String> all = new LinkedHashMap<>();
    base.entrySet().forEach(value -> all.put(value.getKey(), value.getValue().getAsString()));
    all.putAll(values);
    String folder = cell.get("folder").getAsString();
    if (!folder.matches(CELLS + "/\\d+")) {
      throw new IllegalArgumentException("cells have numbers");
    }
    return new Sweep.Cell(folder.substring(CELLS.length() + 1), values, Settings.parse(all));
  }

  /**
   * {@return the result of a cell that was trained to its end, with all its files; empty if
   * something is left to do}
   *
   * @param cell the cell
   */
  public Optional<StudyResult> finished(Sweep.Cell cell) {
    Path run = path().resolve(cell.folder());
    if (!Stream.of("report.html", "batch_norm.png").map(run::resolve).allMatch(Files::exists)) {
      return Optional.empty();
    }
    try {
      StudyResult result = RunReader.read(run);
      boolean isWhole =
          result.settings().isOfRunOf(cell.settings())
              && result.settings().fit().epochs() == cell.settings().fit().epochs();
      return isWhole ? Optional.of(result) : Optional.empty();
    } catch (RunException e) { // It is made anew, as far as need be.
      return Optional.empty();
    }
  }

  /**
   * Makes or opens the folder of a cell.
   *
   * @param cell the cell
   * @return the folder; the caller closes it
   * @throws SettingException if another process uses it, or it cannot be written
   */
  public RunFolder cell(Sweep.Cell cell) {
    try {
      WholeFile.makeFolder(path().resolve(CELLS)); // Cells that run at once share it.
    } catch (IOException e) {
      throw SettingException.ofArgument(
          "SWEEP", path(), "must be a folder that can be written (" + Messages.of(e) + ")");
    }
    return RunFolder.reopen(path().resolve(cell.folder()));
  }

  /**
   * Writes {@code sweep.csv}: a row for each replica of each arm of each cell.
   *
   * @param sweep what varies
   * @param results what became of the cells that are done
   * @param losses the training losses whose first reaching is told
   * @throws IOException if it cannot be written
   */
  public void writeTable(Sweep sweep, List<CellResult> results, List<Double> losses)
      throws IOException {
    SweepTable table = new SweepTable(sweep, results, losses);
    WholeFile.text(path().resolve("sweep.csv"), table::write);
  }

  /** Closes the folder, and takes it back if no cell has left anything in it. */
  public void takeBack() {
    Path cells = path().resolve(CELLS);
    RunFolder.removeEmpty(cells, cells);
    if (!Files.exists(cells)) {
      try {
        Files.deleteIfExists(path().resolve(FILE));
      } catch (IOException e) {
        // It stays, and the sweep can begin from it.
      }
      folder.takeBack();
    }
    close();
  }

  /** {@return whether some cell has something to go on from, or is done} */
  public boolean hasCells() {
    return Files.isDirectory(path().resolve(CELLS));
  }

  /** Lets other processes use the folder. */
  @Override
  public void close() {
    folder.close();
  }
}
