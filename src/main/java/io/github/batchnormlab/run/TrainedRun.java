package io.github.batchnormlab.run;

import ai.djl.MalformedModelException;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.batchnormlab.data.TableException;
import io.github.batchnormlab.data.TableFile;
import io.github.batchnormlab.model.Origin;
import io.github.batchnormlab.model.TrainedNetwork;
import io.github.batchnormlab.study.Arm;
import io.github.batchnormlab.study.DataFacts;
import io.github.batchnormlab.study.Options;
import io.github.batchnormlab.study.Plain;
import io.github.batchnormlab.study.SettingException;
import io.github.batchnormlab.study.Settings;
import io.github.batchnormlab.study.Versions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/** The networks that a run has trained, to choose one of. */
public final class TrainedRun {
  /** How much of a setting's value, or of a file's name, is shown, in characters. */
  private static final int LONGEST_VALUE = 60;

  private final Path folder;
  private final Settings settings;
  private final Versions versions;
  private final Optional<DataFacts> data;

  /** The final test losses of each arm by replica, NaN where there is none. */
  private final Map<Arm, double[]> losses = new LinkedHashMap<>();

  /** How many epochs each arm has been trained for, by replica. */
  private final Map<Arm, double[]> epochs = new LinkedHashMap<>();

  /** The epochs at which each arm's training stopped by replica, NaN where it did not. */
  private final Map<Arm, double[]> stops = new LinkedHashMap<>();

  private TrainedRun(Path folder, JsonObject run) {
    this.folder = folder;
    settings = Texts.settings(run.getAsJsonObject("settings"));
    versions = Texts.versions(run.getAsJsonObject("versions"));
    data = Texts.facts(run, settings);
    for (Arm arm : settings.net().arms()) {
      JsonObject own = run.getAsJsonObject("arms").getAsJsonObject(arm.id());
      if (own != null) { // An arm that has not begun is not there.
        losses.put(arm, numbers(own.getAsJsonArray("final_test_loss")));
        epochs.put(arm, numbers(own.getAsJsonArray("epochs")));
        stops.put(arm, numbers(own.getAsJsonArray("stopped_at_epoch")));
      }
    }
  }

  /**
   * A network of a run.
   *
   * @param arm its arm
   * @param replica its replica, from 0
   * @param why why it was chosen, as a clause; empty if it was asked for or is the only one
   */
  public record Choice(Arm arm, int replica, String why) {}

  /**
   * Opens a run, finished or interrupted.
   *
   * @param folder the run's
   * @return the run
   * @throws RunException if the folder holds none
   */
  public static TrainedRun open(Path folder) throws RunException {
    JsonObject run = RunReader.json(folder);
    try {
      return new TrainedRun(folder, run);
    } catch (
        RuntimeException e) { // Settings, Gson's own kinds, and what follows from a missing part.
      throw new RunException(folder.resolve("run.json"), "is not the record of a run");
    }
  }

  /** {@return the versions of what has trained it} */
  public Versions versions() {
    return versions;
  }

  /** {@return the arms that have begun to train} */
  public Set<Arm> arms() {
    return losses.keySet();
  }

  private double[] numbers(JsonArray json) {
    double[] numbers = new double[json.size()];
    if (numbers.length != settings.fit().replicas()) {
      throw new IllegalArgumentException("There is not a number for each replica");
    }
    for (int i = 0; i < numbers.length; i++) {
      JsonElement element = json.get(i);
      numbers[i] = element.isJsonNull() ? Double.NaN : element.getAsDouble();
    }
    return numbers;
  }

  /**
   * Chooses a network: the one that is asked for; else of several arms the one with the lowest
   * median test loss over the replicas, and of several replicas the one with the lowest test loss.
   *
   * @param arm the arm's name, or null
   * @param replica the replica, or empty
   * @return the network
   * @throws SettingException if there is no such network
   */
  public Choice choose(String arm, OptionalInt replica) {
    List<String> names = losses.keySet().stream().map(Arm::id).toList();
    if (arm != null && !names.contains(arm)) {
      throw new SettingException(
          "arm", arm, "must be one of " + String.join(", ", names) + " in " + folder);
    }
    int replicas = settings.fit().replicas();
    if (replica.isPresent() && (replica.getAsInt() < 0 || replica.getAsInt() >= replicas)) {
      throw new SettingException(
          "replica",
          replica.getAsInt(),
          "must be between 0 and " + (replicas - 1) + " in " + folder);
    }
    Arm chosen =
        losses.keySet().stream()
            .filter(candidate -> arm == null || candidate.id().equals(arm))
            .min(
                (a, b) ->
                    Double.compare(
                        replica.isPresent() ? losses.get(a)[replica.getAsInt()] : median(a),
                        replica.isPresent() ? losses.get(b)[replica.getAsInt()] : median(b)))
            .orElseThrow(() -> new SettingException("arm", arm, "must name a trained network"));
    double[] own = losses.get(chosen);
    int best =
        replica.orElseGet(
            () ->
                IntStream.range(0, replicas)
                    .boxed()
                    .min((a, b) -> Double.compare(own[a], own[b])) // NaN is the largest.
                    .orElseThrow());
    return new Choice(chosen, best, why(arm == null, replica.isEmpty()));
  }

  private String why(boolean armIsFree, boolean replicaIsFree) {
    List<String> reasons = new ArrayList<>();
    if (armIsFree && losses.size() > 1) {
      reasons.add("the arm with the lowest test loss");
    }
    if (replicaIsFree && settings.fit().replicas() > 1) {
      reasons.add("its replica with the lowest test loss");
    }
    return String.join(", ", reasons);
  }

  private double median(Arm arm) {
    double[] sorted = losses.get(arm).clone();
    Arrays.sort(sorted); // NaN is the largest.
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  /**
   * {@return that the training of a network has stopped before its end, in a sentence; empty if it
   * has not}
   *
   * @param choice which network
   */
  public Optional<String> warning(Choice choice) {
    double epoch = stops.get(choice.arm())[choice.replica()];
    return Double.isNaN(epoch)
        ? Optional.empty()
        : Optional.of(
            "The training of "
                + choice.arm()
                + ", replica "
                + choice.replica()
                + ", stopped at epoch "
                + Plain.count((long) epoch)
                + ", because its loss was not finite: its predictions are worth nothing.");
  }

  /**
   * {@return that the run was trained on a table, in a sentence; empty if it was trained on another
   * one} A file is known by its bytes.
   *
   * @param table has the targets
   * @param rows how many rows it has
   */
  public Optional<String> remark(TableFile table, long rows) {
    if (data.isEmpty()) {
      return Optional.empty();
    }
    try {
      return table.sha256().equals(data.get().sums().get(0))
          ? Optional.of(
              Plain.cut(table.path().getFileName().toString(), LONGEST_VALUE)
                  + (settings.kind() == Settings.Kind.IMAGES
                      ? " has the training images of the run: "
                      : " is the table of the run: ")
                  + Plain.count(data.get().trainRows())
                  + " of its "
                  + Plain.count(rows, settings.kind().row())
                  + " were trained on, so this says little of new "
                  + settings.kind().rows()
                  + ".")
          : Optional.empty();
    } catch (TableException e) { // It has gone since it was read.
      return Optional.empty();
    }
  }

  /**
   * Loads a network.
   *
   * @param choice which network
   * @return the network
   * @throws RunException if its files are missing or damaged, or are those of another network, its
   *     parameters are not finite, or it needs a class that is not there
   */
  public TrainedNetwork load(Choice choice) throws RunException {
    Path model = RunFolder.model(folder, choice.arm(), choice.replica(), settings.fit().replicas());
    try {
      TrainedNetwork loaded = TrainedNetwork.load(model);
      Optional<String> foreign = whyForeign(loaded, choice);
      if (foreign.isPresent()) {
        loaded.close();
        throw new RunException(model, foreign.get());
      }
      if (!loaded.hasFiniteParameters()) {
        loaded.close();
        throw new RunException(
            model, "holds a network that predicts nothing, as its parameters are not finite");
      }
      return loaded;
    } catch (MalformedModelException e) {
      throw new RunException(model, e.getMessage());
    } catch (SettingException e) { // The class of a layer of the user's own.
      throw new RunException(model, "is of the arm " + choice.arm().text() + ", which " + e.rule());
    } catch (IOException e) {
      throw new RunException(model, "cannot be read (" + Messages.of(e) + ")");
    }
  }

  /** Why a network is not the one that was chosen, if it is not. */
  private Optional<String> whyForeign(TrainedNetwork loaded, Choice choice) {
    Origin origin = loaded.origin();
    int trained = (int) epochs.get(choice.arm())[choice.replica()];
    if (!loaded.arm().equals(choice.arm())) {
      return Optional.of("holds the network of another arm, " + loaded.arm().id());
    }
    if (!loaded.settings().isOfRunOf(settings)) {
      return Optional.of("holds the network of another run" + difference(loaded.settings()));
    }
    if (!origin.sums().equals(data.map(DataFacts::sums).orElse(List.of()))) {
      return Optional.of("holds the network of another run, whose table has other rows");
    }
    if (origin.replica() != choice.replica()) {
      return Optional.of("holds the network of another replica, " + origin.replica());
    }
    return origin.epochs() == trained
        ? Optional.empty()
        : Optional.of(
            "holds the network after epoch "
                + origin.epochs()
                + ", where run.json says "
                + trained
                + ": resume the run");
  }

  /** The first setting that a run cannot change and that is another one. */
  private String difference(Settings others) {
    return Options.all().stream()
        .filter(option -> !option.mayGrow() && !option.mayMove())
        .filter(option -> !option.in(others).equals(option.in(settings)))
        .findFirst()
        .map(
            option -> {
              String value = Plain.cut(Options.text(option.in(others)), LONGEST_VALUE);
              return ", whose " + option.name() + " is " + value;
            })
        .orElse("");
  }
}
